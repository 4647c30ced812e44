/** Renders choices of backends: as text, as JSON, and as the difference of two configurations. */
@NullMarked
package dev.dmaops.cli.explain;

import org.jspecify.annotations.NullMarked;
