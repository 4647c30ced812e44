/**
 * What a kernel wrote into its log about DMA, read line by line into neutral records.
 *
 * <p>{@link dev.dmaops.firmware.log.KernelLog} streams a log of any length, plain or packed; {@link
 * dev.dmaops.firmware.log.LogLine} says what a line means. Lines that say nothing about DMA are passed over, and no line is
 * ever wrong: a log is what it is. The texts are those of Linux 4.x to 6.18.
 */
@NullMarked
package dev.dmaops.firmware.log;

import org.jspecify.annotations.NullMarked;
