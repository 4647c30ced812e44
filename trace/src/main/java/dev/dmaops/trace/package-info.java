/** Replays a trace through bounce pools, and what is found. */
@NullMarked
package dev.dmaops.trace;

import org.jspecify.annotations.NullMarked;
