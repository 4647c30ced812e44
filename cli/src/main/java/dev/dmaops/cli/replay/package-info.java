/** The text of {@code dmaops replay}. */
@NullMarked
package dev.dmaops.cli.replay;

import org.jspecify.annotations.NullMarked;
