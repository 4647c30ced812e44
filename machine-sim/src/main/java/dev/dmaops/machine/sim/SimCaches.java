package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.CacheMaintenance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * CPU caches as the worst machine would have them: every line is in the cache, dirty when the CPU wrote it, and stays there until
 * someone maintains it. So a forgotten {@link #forDevice} always shows as a device that reads old bytes, and a forgotten {@link
 * #forCpu} as a CPU that reads old bytes.
 *
 * <p>There are three views of RAM. The CPU's is RAM itself. The <i>memory</i> view is what devices see that do not snoop. The
 * <i>fetched</i> view is what the CPU got when the line was last the same in both; it is kept for lines that a device has
 * written since, and a line is dirty when the CPU's view differs from it.
 *
 * <pre>
 *                        CPU's view     memory     fetched
 *   CPU writes a line       new           old        old      dirty
 *   forDevice               new           new        new      clean
 *   device writes it        new          newer       new      clean, stale
 *   forCpu                 newer         newer      newer     clean
 * </pre>
 *
 * <p>Lines at the ends of a maintained range that are only partly inside are written back when they are dirty before they are
 * dropped, as Arm does (arch/arm64/mm/cache.S, 6.12): what a device wrote into them is then lost, which is why small buffers
 * that share a line must bounce. All directions are written back for the device (arch/arm64/mm/dma-mapping.c, 6.12).
 *
 * <p>On a machine whose devices all snoop there is no model, {@link #lineBytes} is 1 and nothing here does anything.
 */
public final class SimCaches implements CacheMaintenance {
    /** Uncached pages are marked in this size, which divides every page size. */
    private static final int PAGE_SHIFT = 12;

    private final @Nullable Model model;
    private long forDeviceCalls;
    private long forCpuCalls;
    private long linesCleaned;
    private long linesDropped;

    /** A model when {@code lineBytes} is above 1. */
    SimCaches(SimMemory memory, int lineBytes, Arena arena) {
        model = lineBytes > 1 ? new Model(memory.all(), lineBytes, arena) : null;
    }

    /** Whether there is a device that does not snoop. */
    public boolean modelled() {
        return model != null;
    }

    @Override
    public int lineBytes() {
        return model == null ? 1 : model.lineBytes;
    }

    @Override
    public synchronized void forDevice(long physical, long bytes, DmaDirection direction) {
        if (model != null && bytes > 0) {
            forDeviceCalls++;
            linesCleaned += model.clean(physical, bytes);
        }
    }

    @Override
    public synchronized void forCpu(long physical, long bytes, DmaDirection direction) {
        if (model != null && bytes > 0 && direction != DmaDirection.TO_DEVICE) {
            forCpuCalls++;
            linesDropped += model.invalidate(physical, bytes);
        }
    }

    @Override
    public synchronized void beginUncached(long physical, long bytes) {
        if (model != null) {
            model.clean(physical, bytes);
            model.invalidate(physical, bytes);
            for (long page = physical >>> PAGE_SHIFT; page << PAGE_SHIFT < physical + bytes; page++) {
                model.uncached.add(page);
            }
        }
    }

    @Override
    public synchronized void endUncached(long physical, long bytes) {
        if (model != null) {
            for (long page = physical >>> PAGE_SHIFT; page << PAGE_SHIFT < physical + bytes; page++) {
                model.uncached.remove(page);
            }
            model.clean(physical, bytes);
        }
    }

    /** What was done so far. */
    public synchronized Counters counters() {
        return new Counters(forDeviceCalls, forCpuCalls, linesCleaned, linesDropped, model == null ? 0 : model.lost);
    }

    /** A device that does not snoop reads; all of the range is in one page. */
    synchronized void deviceReads(long physical, MemorySegment into, long offset, long bytes) {
        MemorySegment view = requireModel().viewOfDevice(physical);
        MemorySegment.copy(view, physical, into, offset, bytes);
    }

    /** A device that does not snoop writes; all of the range is in one page. */
    synchronized void deviceWrites(MemorySegment from, long offset, long physical, long bytes) {
        Model caches = requireModel();
        caches.beforeDeviceWrites(physical, bytes);
        MemorySegment.copy(from, offset, caches.viewOfDevice(physical), physical, bytes);
    }

    /** A device that snoops writes: into the cache and through it. */
    synchronized void snooperWrites(MemorySegment from, long offset, long physical, long bytes) {
        Model caches = requireModel();
        MemorySegment.copy(from, offset, caches.cpu, physical, bytes);
        MemorySegment.copy(from, offset, caches.memory, physical, bytes);
        MemorySegment.copy(from, offset, caches.fetched, physical, bytes);
    }

    private Model requireModel() {
        if (model == null) {
            throw new IllegalStateException("no cache model");
        }
        return model;
    }

    /**
     * What was done.
     *
     * @param forDevice calls of {@link SimCaches#forDevice}
     * @param forCpu calls of {@link SimCaches#forCpu} that were not TO_DEVICE
     * @param linesCleaned dirty lines written to memory
     * @param linesDropped stale lines dropped
     * @param linesLost lines that a device had written and that a dirty line of the CPU, at an end of a range, overwrote
     */
    public record Counters(long forDevice, long forCpu, long linesCleaned, long linesDropped, long linesLost) {}

    private static final class Model {
        final MemorySegment cpu;
        final MemorySegment memory;
        final MemorySegment fetched;
        final int lineBytes;
        final SparseBits uncached;

        /** Lines that a device wrote since the CPU last fetched them: only for these is the fetched view kept. */
        private final SparseBits written;

        long lost;

        Model(MemorySegment ram, int lineBytes, Arena arena) {
            this.lineBytes = lineBytes;
            cpu = ram;
            memory = SparseMemory.map(ram.byteSize(), "the view of devices that do not snoop", arena);
            fetched = SparseMemory.map(ram.byteSize(), "cache lines", arena);
            written = new SparseBits(ram.byteSize() / lineBytes + 1);
            uncached = new SparseBits((ram.byteSize() >>> PAGE_SHIFT) + 1);
        }

        MemorySegment viewOfDevice(long physical) {
            return uncached.contains(physical >>> PAGE_SHIFT) ? cpu : memory;
        }

        void beforeDeviceWrites(long physical, long bytes) {
            for (long at = physical & -lineBytes; at < physical + bytes; at += lineBytes) {
                if (cached(at) && !written.contains(at / lineBytes)) {
                    MemorySegment.copy(memory, at, fetched, at, lineBytes);
                    written.add(at / lineBytes);
                }
            }
        }

        /** Writes dirty lines to memory, and says how many there were. */
        long clean(long physical, long bytes) {
            long cleaned = 0;
            for (long at = physical & -lineBytes; at < physical + bytes; at += lineBytes) {
                if (cached(at) && dirty(at)) {
                    copyLine(cpu, memory, at);
                    written.remove(at / lineBytes);
                    cleaned++;
                }
            }
            return cleaned;
        }

        /** Drops lines, so that the CPU fetches them again, and says how many were stale. */
        long invalidate(long physical, long bytes) {
            long end = physical + bytes;
            long dropped = 0;
            for (long at = physical & -lineBytes; at < end; at += lineBytes) {
                if (!cached(at)) {
                    continue;
                }
                boolean whole = at >= physical && at + lineBytes <= end;
                if (!whole && dirty(at)) {
                    lost += written.contains(at / lineBytes) ? 1 : 0;
                    copyLine(cpu, memory, at);
                } else if (differ(cpu, memory, at)) {
                    copyLine(memory, cpu, at);
                    dropped++;
                }
                written.remove(at / lineBytes);
            }
            return dropped;
        }

        private boolean cached(long at) {
            return !uncached.contains(at >>> PAGE_SHIFT);
        }

        private boolean dirty(long at) {
            return differ(cpu, written.contains(at / lineBytes) ? fetched : memory, at);
        }

        private void copyLine(MemorySegment from, MemorySegment to, long at) {
            MemorySegment.copy(from, at, to, at, lineBytes);
        }

        private boolean differ(MemorySegment a, MemorySegment b, long at) {
            if (lineBytes < 8) {
                return MemorySegment.mismatch(a, at, at + lineBytes, b, at, at + lineBytes) >= 0;
            }
            for (long i = at; i < at + lineBytes; i += 8) {
                if (a.get(ValueLayout.JAVA_LONG, i) != b.get(ValueLayout.JAVA_LONG, i)) {
                    return true;
                }
            }
            return false;
        }
    }
}
