/**
 * Kernel .config files and the Kconfig rules that govern DMA.
 *
 * <p>{@link dev.dmaops.firmware.kconfig.KernelConfig} reads a file (plain, gzip or xz) and remembers the line of every value.
 * {@link dev.dmaops.firmware.kconfig.DmaClosure} holds the part of Linux's Kconfig that decides which DMA code a kernel
 * contains, for each architecture and kernel version; {@link dev.dmaops.firmware.kconfig.KconfigReport} applies one to the
 * other: the backends a kernel can have, what is missing for the rest, and whether the file agrees with the rules.
 *
 * <p>Everything in this package is immutable and safe to share between threads, except where a class says otherwise. No
 * reference is ever null, neither as an argument nor as a result; passing null fails with a {@link NullPointerException}.
 * A file, text or request that cannot be used fails with one {@link dev.dmaops.firmware.FirmwareException}.
 */
@NullMarked
package dev.dmaops.firmware.kconfig;

import org.jspecify.annotations.NullMarked;
