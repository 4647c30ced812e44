/** The dmaops command. */
@NullMarked
package dev.dmaops.cli;

import org.jspecify.annotations.NullMarked;
