package dev.dmaops.api;

import java.lang.foreign.MemorySegment;

/**
 * One block of a {@link DmaPool}.
 *
 * @param segment the bytes
 * @param dmaAddress what to give to the device
 */
public record DmaPoolBlock(MemorySegment segment, DmaAddress dmaAddress) {}
