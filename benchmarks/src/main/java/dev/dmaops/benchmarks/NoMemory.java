package dev.dmaops.benchmarks;

import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;

/** Memory that moves no bytes: what is left is the search for slots and its bookkeeping. */
final class NoMemory implements PhysicalMemory {
    @Override
    public boolean isRam(long physical, long bytes) {
        return true;
    }

    @Override
    public MemorySegment segment(long physical, long bytes) {
        return MemorySegment.NULL;
    }

    @Override
    public long physicalAddress(MemorySegment memory) {
        return NOT_MACHINE_MEMORY;
    }

    @Override
    public void copy(long from, long to, long bytes) {}

    @Override
    public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {}

    @Override
    public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {}

    @Override
    public void zero(long physical, long bytes) {}
}
