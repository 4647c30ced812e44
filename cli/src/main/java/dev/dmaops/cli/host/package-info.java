/** What {@code dmaops host} finds out about a Linux machine, and how it is shown. */
@NullMarked
package dev.dmaops.cli.host;

import org.jspecify.annotations.NullMarked;
