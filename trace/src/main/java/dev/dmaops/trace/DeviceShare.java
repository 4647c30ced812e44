package dev.dmaops.trace;

/**
 * What one device did.
 *
 * @param id the device
 * @param maps buffers that it mapped, those of scatter lists counted one by one
 * @param bounced buffers that took slots
 * @param failures calls that were refused
 * @param bytes bytes that bounced
 * @param peakSlots most slots that it ever had at once
 * @param minAlignMask low address bits that its bounce buffers share with the originals
 * @param origin where that mask came from
 */
public record DeviceShare(
        String id,
        long maps,
        long bounced,
        long failures,
        long bytes,
        int peakSlots,
        long minAlignMask,
        String origin) {}
