package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PhysicalMemory;

/** What the pool says when it refuses or is misused. */
final class PoolMessages {
    /** EIO: what dma_map_sgtable returns when a bounce fails. */
    private static final int EIO = -5;

    private PoolMessages() {}

    static Refused refused(
            DmaDeviceState device, DmaErrorCode code, long original, long bytes, SlotPool pool, PoolReport report) {
        String what = code.text() + " " + device.id() + ": cannot map " + bytes + " bytes: "
                + limit(device, code, original, bytes, pool, report) + " [swiotlb, pool " + pool.name() + ": "
                + pool.table().used() + " of " + pool.geometry().slots() + " slots used]";
        return new Refused(code, device.id(), bytes, what, EIO);
    }

    private static String limit(
            DmaDeviceState device, DmaErrorCode code, long original, long bytes, SlotPool pool, PoolReport report) {
        long keep = device.constraints().minAlignMask();
        long offset = original == PhysicalMemory.NOT_MACHINE_MEMORY ? 0 : original & keep & SlotGeometry.SLOT_MASK;
        long slots = SlotGeometry.slotsFor(bytes + offset);
        int free = pool.geometry().slots() - pool.table().used();
        return switch (code) {
            case REQUEST_TOO_LARGE -> tooLarge(device, pool);
            case POOL_EXHAUSTED ->
                "it needs " + slots + " slots of 2048 bytes and the pool has " + free
                        + " free. Unmap what is no longer needed, or make the pool larger (swiotlb=SLOTS on the kernel's"
                        + " command line).";
            case NO_FREE_RUN -> {
                int longest = report.longestFreeRun();
                String needs = "it needs a run of " + slots + " free slots of 2048 bytes; " + free
                        + " slots are free, the longest run has " + longest;
                yield longest >= slots
                        ? needs + ", but none lies right for alignment mask 0x" + Long.toHexString(keep)
                                + " and boundary mask 0x"
                                + Long.toHexString(device.constraints().segmentBoundaryMask())
                                + ". Unmap some mappings, or relax the device's constraints."
                        : needs + ". Map smaller pieces, or make the pool larger (swiotlb=SLOTS on the kernel's command"
                                + " line).";
            }
            case POOL_OUT_OF_REACH ->
                "the pool at " + hex(pool.start()) + "-" + hex(pool.limit()) + " is out of the device's reach (mask 0x"
                        + Long.toHexString(device.streamingMask()) + ", bus limit 0x"
                        + Long.toHexString(device.busLimit()) + ", windows " + device.ranges()
                        + "). Give the device a restricted pool that it reaches, or a wider mask if it can drive one.";
            default -> "the pool refused it. Look at the pool's statistics.";
        };
    }

    private static String tooLarge(DmaDeviceState device, SlotPool pool) {
        long most = Math.min(pool.maxMappingBytes(device), pool.bytes());
        return "one mapping may use at most " + most + " bytes ("
                + Math.min(SlotGeometry.SET_SLOTS, pool.geometry().slots()) + " slots of 2048, less "
                + (SlotGeometry.LARGEST_BYTES - pool.maxMappingBytes(device))
                + " bytes for the device's alignment). Split the buffer (maxMappingBytes).";
    }

    static DmaUsageException notMapped(DmaDeviceState device, String pool, long physical, String verb) {
        return new DmaUsageException(
                DmaErrorCode.NOT_MAPPED,
                device.id() + ": cannot " + verb + " physical=" + hex(physical) + ": nothing is mapped there in pool "
                        + pool + ". Pass the address that map returned, once.");
    }

    static DmaUsageException mismatched(
            DmaDeviceState device,
            long physical,
            long bytes,
            DmaDirection direction,
            long mappedBytes,
            DmaDirection mappedDirection) {
        return new DmaUsageException(
                DmaErrorCode.MISMATCHED_UNMAP,
                device.id() + ": cannot unmap physical=" + hex(physical) + " with bytes=" + bytes + " direction="
                        + direction + ": it was mapped with bytes=" + mappedBytes + " direction=" + mappedDirection
                        + ". Unmap with what was mapped.");
    }

    static DmaUsageException outside(DmaDeviceState device, long offset, long bytes, long mappedBytes) {
        return new DmaUsageException(
                DmaErrorCode.SYNC_OUTSIDE_MAPPING,
                device.id() + ": cannot synchronise offset=" + offset + " bytes=" + bytes + ": the mapping has bytes="
                        + mappedBytes + ". Stay inside of it.");
    }

    static DmaUsageException noBytes(DmaDeviceState device, long bytes) {
        return new DmaUsageException(
                DmaErrorCode.INVALID_SIZE,
                device.id() + ": cannot bounce bytes=" + bytes
                        + ": expected 1 or more (the kernel stops with a BUG here)." + " Do not map empty buffers.");
    }

    static DmaUsageException badMasks(DmaDeviceState device, long allocationAlignMask, long boundary) {
        return new DmaUsageException(
                DmaErrorCode.INVALID_ARGUMENT,
                device.id() + ": alignment mask=" + hex(allocationAlignMask) + " or boundary mask=" + hex(boundary)
                        + " is not a power of two less one. Pass masks such as 0xfff.");
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** The copy of what the device wrote has no place to go. */
    static DmaUsageException bufferGone(
            DmaDeviceState device, String pool, long original, boolean heap, long bytes, RuntimeException cause) {
        DmaUsageException gone = new DmaUsageException(
                DmaErrorCode.BUFFER_GONE,
                device.id() + ": cannot copy " + bytes + " bytes back to "
                        + (heap
                                ? "a Java buffer: it is closed, or another thread's."
                                : "physical=" + hex(original) + ": it is no memory any more.")
                        + " What the device wrote is dropped and the mapping has ended. Unmap a"
                        + " buffer before its memory is given away. [pool " + pool + "]");
        gone.initCause(cause);
        return gone;
    }
}
