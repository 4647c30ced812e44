/**
 * Puts together what a configuration says and what the files say that it names: the description that selection works on.
 */
@NullMarked
package dev.dmaops.runtime.description;

import org.jspecify.annotations.NullMarked;
