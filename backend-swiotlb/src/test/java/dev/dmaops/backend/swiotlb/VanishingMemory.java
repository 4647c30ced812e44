package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;

/** Memory that is there up to an address only, as a machine's is whose pages can be taken away. */
final class VanishingMemory implements PhysicalMemory {
    private final PhysicalMemory all;
    long goneFrom = Long.MAX_VALUE;

    VanishingMemory(PhysicalMemory all) {
        this.all = all;
    }

    private void require(long physical, long bytes) {
        if (physical + bytes > goneFrom) {
            throw new DmaUsageException(
                    DmaErrorCode.OUTSIDE_BUFFER, "physical=0x" + Long.toHexString(physical) + " is not memory.");
        }
    }

    @Override
    public boolean isRam(long physical, long bytes) {
        return physical + bytes <= goneFrom && all.isRam(physical, bytes);
    }

    @Override
    public MemorySegment segment(long physical, long bytes) {
        require(physical, bytes);
        return all.segment(physical, bytes);
    }

    @Override
    public long physicalAddress(MemorySegment memory) {
        return all.physicalAddress(memory);
    }

    @Override
    public void copy(long from, long to, long bytes) {
        require(from, bytes);
        require(to, bytes);
        all.copy(from, to, bytes);
    }

    @Override
    public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {
        require(to, bytes);
        all.copyIn(from, fromOffset, to, bytes);
    }

    @Override
    public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {
        require(from, bytes);
        all.copyOut(from, to, toOffset, bytes);
    }

    @Override
    public void zero(long physical, long bytes) {
        require(physical, bytes);
        all.zero(physical, bytes);
    }
}
