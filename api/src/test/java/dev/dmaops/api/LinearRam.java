package dev.dmaops.api;

import dev.dmaops.spi.LinearMap;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** 64 KiB of RAM at physical address 0x10000. */
final class LinearRam implements PhysicalMemory {
    static final long START = 0x10000;
    static final long BYTES = 0x10000;

    final MemorySegment ram = Arena.ofAuto().allocate(BYTES, 4096);

    @Override
    public boolean isRam(long physical, long bytes) {
        return physical >= START && physical + bytes <= START + BYTES;
    }

    @Override
    public MemorySegment segment(long physical, long bytes) {
        return ram.asSlice(physical - START, bytes);
    }

    @Override
    public long physicalAddress(MemorySegment memory) {
        return NOT_MACHINE_MEMORY;
    }

    @Override
    public void copy(long from, long to, long bytes) {
        segment(to, bytes).copyFrom(segment(from, bytes));
    }

    @Override
    public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {
        segment(to, bytes).copyFrom(from.asSlice(fromOffset, bytes));
    }

    @Override
    public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {
        to.asSlice(toOffset, bytes).copyFrom(segment(from, bytes));
    }

    @Override
    public void zero(long physical, long bytes) {
        segment(physical, bytes).fill((byte) 0);
    }

    @Override
    public LinearMap linearMap() {
        return new LinearMap(ram.address(), START, BYTES);
    }
}
