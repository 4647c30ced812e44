package dev.dmaops.trace;

/**
 * How full the pool was in a stretch of time.
 *
 * @param seconds when the stretch begins, in seconds since the first bounce
 * @param mostSlots most slots in use at once until the next one begins
 */
public record UsedSlots(double seconds, int mostSlots) {}
