package dev.dmaops.spi;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.ScatterList;
import java.lang.foreign.MemorySegment;

/** Scatter lists for operations that map every entry by itself and never join two. Nothing here allocates on the Java heap. */
public final class EntryByEntry {
    private EntryByEntry() {}

    /** {@link DmaOps#mapScatter}: all or nothing. */
    public static long map(DmaOps ops, ScatterList list, DmaDirection direction, int attributes) {
        for (int i = 0; i < list.entries(); i++) {
            long physical = list.entryPhysical(i);
            MemorySegment memory = list.entryMemory(i);
            long bytes = list.entryBytes(i);
            long dma = physical == PhysicalMemory.NOT_MACHINE_MEMORY && memory != null
                    ? ops.mapMemory(memory, direction, attributes)
                    : ops.map(physical, bytes, direction, attributes);
            if (Refusals.isRefusal(dma)) {
                for (int mapped = 0; mapped < i; mapped++) {
                    ops.unmap(
                            list.recordedAddress(mapped),
                            list.entryBytes(mapped),
                            direction,
                            attributes | DmaAttributes.SKIP_CPU_SYNC);
                }
                return dma;
            }
            list.recordSegment(i, dma, bytes);
        }
        return list.entries();
    }

    /** {@link DmaOps#unmapScatter}. An entry whose memory is gone does not keep the others mapped; the first is reported at the end. */
    public static void unmap(DmaOps ops, ScatterList list, DmaDirection direction, int attributes) {
        DmaUsageException gone = null;
        for (int i = 0; i < list.entries(); i++) {
            try {
                ops.unmap(list.recordedAddress(i), list.entryBytes(i), direction, attributes);
            } catch (DmaUsageException failure) {
                if (failure.code() != DmaErrorCode.BUFFER_GONE) {
                    throw failure;
                }
                gone = gone == null ? failure : gone;
            }
        }
        if (gone != null) {
            throw gone;
        }
    }

    /** {@link DmaOps#syncScatterForCpu}. */
    public static void syncForCpu(DmaOps ops, ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.entries(); i++) {
            ops.syncForCpu(list.recordedAddress(i), list.entryBytes(i), direction);
        }
    }

    /** {@link DmaOps#syncScatterForDevice}. */
    public static void syncForDevice(DmaOps ops, ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.entries(); i++) {
            ops.syncForDevice(list.recordedAddress(i), list.entryBytes(i), direction);
        }
    }
}
