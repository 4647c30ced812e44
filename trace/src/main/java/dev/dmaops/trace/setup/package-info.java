/** What pool and which devices a trace is replayed with, and where each number came from. */
@NullMarked
package dev.dmaops.trace.setup;

import org.jspecify.annotations.NullMarked;
