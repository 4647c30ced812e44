/** The dependency split, live: the same program with the jars of one half, of both, of neither. */
@NullMarked
package dev.dmaops.integration.split;

import org.jspecify.annotations.NullMarked;
