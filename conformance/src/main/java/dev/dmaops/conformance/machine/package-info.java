/** Platforms for replays: opened the normal way, over a simulated machine whose pages are placed where a recording says. */
@NullMarked
package dev.dmaops.conformance.machine;

import org.jspecify.annotations.NullMarked;
