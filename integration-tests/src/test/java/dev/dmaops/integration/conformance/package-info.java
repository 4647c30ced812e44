/** Recordings of real kernels, replayed through everything at once. */
@NullMarked
package dev.dmaops.integration.conformance;

import org.jspecify.annotations.NullMarked;
