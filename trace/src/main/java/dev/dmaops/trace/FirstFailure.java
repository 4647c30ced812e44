package dev.dmaops.trace;

/**
 * The first mapping that the pool refused.
 *
 * @param line its line in the trace
 * @param seconds when, in seconds of the trace's clock
 * @param device whose it is
 * @param bytes length of the buffer in bytes
 * @param slots slots that it needs in one run
 * @param freeSlots slots that were free
 * @param longestFreeRun longest run of free slots
 * @param code why, in one word
 */
public record FirstFailure(
        long line,
        double seconds,
        String device,
        long bytes,
        int slots,
        int freeSlots,
        int longestFreeRun,
        String code) {}
