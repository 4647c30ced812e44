/**
 * Drives DMA through devices of a simulated machine and checks every byte on both sides: what the CPU wrote and the device
 * read, what the device wrote and the CPU read, and what stands beside a buffer. Deterministic from a seed.
 */
@NullMarked
package dev.dmaops.cli.workload;

import org.jspecify.annotations.NullMarked;
