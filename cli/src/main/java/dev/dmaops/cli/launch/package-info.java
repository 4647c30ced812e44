/** Helpers of the launcher script {@code ./dmaops}; nothing here runs when a command runs. */
@NullMarked
package dev.dmaops.cli.launch;

import org.jspecify.annotations.NullMarked;
