package dev.dmaops.firmware.log;

/**
 * A line that says something about DMA.
 *
 * @param number its number in the log, counted from 1
 * @param stamp when it was written
 * @param message the line without what stands in front of the kernel's own text
 * @param line what it says
 */
public record LogEntry(long number, LogStamp stamp, String message, LogLine line) {}
