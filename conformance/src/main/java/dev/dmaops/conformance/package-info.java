/** Replays recordings of real kernels and compares every answer. */
@NullMarked
package dev.dmaops.conformance;

import org.jspecify.annotations.NullMarked;
