/** From the bytes of a trace to operations: lines, events, and which bounces belong to one mapping. */
@NullMarked
package dev.dmaops.trace.event;

import org.jspecify.annotations.NullMarked;
