package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.LinearMap;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * RAM of a simulated machine: one stretch of native memory from physical address 0 to the end of RAM, so that a physical
 * address is always a native address minus {@link #linearMap()}'s base.
 *
 * <pre>
 *   native   base                                    base + end of RAM
 *            |   RAM   |      hole      |     RAM     |
 *   physical 0                                        end of RAM
 * </pre>
 *
 * <p>Holes are there but no method leads into them. Pages that nobody touched cost nothing. Any thread may call; who reads what
 * another thread writes must synchronise, as with any memory.
 */
public final class SimMemory implements PhysicalMemory {
    private final MemoryMap map;
    private final MemorySegment all;
    private final LinearMap linear;

    SimMemory(MemoryMap map, Arena arena) {
        this.map = map;
        all = SparseMemory.map(map.end(), "RAM", arena);
        linear = new LinearMap(all.address(), 0, map.end());
    }

    @Override
    public boolean isRam(long physical, long bytes) {
        return map.contains(physical, bytes);
    }

    @Override
    public MemorySegment segment(long physical, long bytes) {
        requireRam(physical, bytes);
        return all.asSlice(physical, bytes);
    }

    @Override
    public long physicalAddress(MemorySegment memory) {
        if (!memory.isNative()) {
            return NOT_MACHINE_MEMORY;
        }
        long physical = memory.address() - linear.nativeBase();
        return map.contains(physical, memory.byteSize()) ? physical : NOT_MACHINE_MEMORY;
    }

    @Override
    public void copy(long from, long to, long bytes) {
        requireRam(from, bytes);
        requireRam(to, bytes);
        MemorySegment.copy(all, from, all, to, bytes);
    }

    @Override
    public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {
        requireRam(to, bytes);
        MemorySegment.copy(from, fromOffset, all, to, bytes);
    }

    @Override
    public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {
        requireRam(from, bytes);
        MemorySegment.copy(all, from, to, toOffset, bytes);
    }

    @Override
    public void zero(long physical, long bytes) {
        requireRam(physical, bytes);
        all.asSlice(physical, bytes).fill((byte) 0);
    }

    @Override
    public LinearMap linearMap() {
        return linear;
    }

    /** The whole stretch, holes included: offsets are physical addresses. Callers test {@link #isRam} first. */
    MemorySegment all() {
        return all;
    }

    private void requireRam(long physical, long bytes) {
        if (!map.contains(physical, bytes)) {
            throw notRam(physical, bytes);
        }
        if (!all.scope().isAlive()) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED,
                    "machine: its memory was given back when it was closed. Open a machine again.");
        }
    }

    private DmaUsageException notRam(long physical, long bytes) {
        StringBuilder ranges = new StringBuilder();
        for (int i = 0; i < map.ranges(); i++) {
            ranges.append(i == 0 ? "" : ", ")
                    .append("0x")
                    .append(Long.toHexString(map.first(i)))
                    .append("-0x")
                    .append(Long.toHexString(map.end(i) - 1));
        }
        return new DmaUsageException(
                DmaErrorCode.OUTSIDE_BUFFER,
                "machine: physical=0x" + Long.toHexString(physical) + " bytes=" + bytes + " is not all RAM: RAM is "
                        + ranges + ". Stay inside of one range.");
    }
}
