package dev.dmaops.machine.linux.memory;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.spi.LinearMap;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Huge pages and memory that was set aside, each piece mapped so that native addresses and physical addresses lie a fixed distance
 * apart:
 *
 * <pre>
 *   native    base + first                              base + end
 *             | page | page |    nothing    | page | set aside |
 *   physical  first                                     end
 * </pre>
 *
 * <p>Huge pages do not move; ordinary pages may, even when they are locked, so none are used. What lies between the pieces is
 * address space that nobody can touch, and no method leads into it. With {@link #numbered} memory the "physical" addresses are
 * numbers of this process's own: enough behind an IOMMU, where no device ever sees one.
 */
public final class PinnedMemory implements PhysicalMemory, AutoCloseable {
    private static final long PAGE = 4096;

    private final long base;
    private final long first;
    private final long end;
    private final long[] starts;
    private final long[] ends;
    private final boolean real;
    private final MemorySegment all;
    private final List<Integer> files;
    private volatile boolean closed;

    private PinnedMemory(long base, long first, long end, List<MemoryRange> ranges, boolean real, List<Integer> files) {
        this.base = base;
        this.first = first;
        this.end = end;
        this.real = real;
        this.files = List.copyOf(files);
        starts = ranges.stream().mapToLong(MemoryRange::start).toArray();
        ends = ranges.stream().mapToLong(range -> range.start() + range.bytes()).toArray();
        all = everything(base + first, end - first);
    }

    @SuppressWarnings("restricted") // a view of memory that this class mapped
    private static MemorySegment everything(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /**
     * Maps memory at its physical addresses.
     *
     * @param files descriptors that are kept open as long as the memory; closed with it
     * @throws DmaHostException when the process has no room for it
     */
    static PinnedMemory at(List<Piece> pieces, List<Integer> files) {
        List<Piece> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingLong(Piece::physical));
        long first = sorted.getFirst().physical();
        long end = sorted.getLast().physical() + sorted.getLast().bytes();
        long room = reserve(first, end);
        try {
            for (Piece piece : sorted) {
                HostCall.require(
                        SystemCalls.mmap(
                                room + piece.physical(),
                                piece.bytes(),
                                SystemCalls.PROT_READ_WRITE,
                                SystemCalls.MAP_SHARED | SystemCalls.MAP_FIXED | SystemCalls.MAP_POPULATE,
                                piece.descriptor(),
                                piece.offset()),
                        "machine memory",
                        "mmap of " + piece.bytes() + " bytes",
                        "Free memory, or ask for less.");
            }
        } catch (DmaHostException e) {
            SystemCalls.munmap(room + first, end - first);
            throw e;
        }
        return new PinnedMemory(room, first, end, joined(sorted), true, files);
    }

    /**
     * Maps memory under numbers of its own.
     *
     * @param start the first number
     */
    static PinnedMemory numbered(long start, long bytes, int descriptor) {
        long room = HostCall.require(
                SystemCalls.mmap(
                        0,
                        bytes,
                        SystemCalls.PROT_READ_WRITE,
                        descriptor < 0
                                ? SystemCalls.MAP_PRIVATE | SystemCalls.MAP_ANONYMOUS | SystemCalls.MAP_POPULATE
                                : SystemCalls.MAP_SHARED | SystemCalls.MAP_POPULATE,
                        descriptor,
                        0),
                "machine memory",
                "mmap of " + bytes + " bytes",
                "Free memory, or ask for less.");
        return new PinnedMemory(
                room - start, start, start + bytes, List.of(new MemoryRange(start, bytes)), false, List.of());
    }

    private static long reserve(long first, long end) {
        long room = HostCall.require(
                SystemCalls.mmap(
                        0,
                        end - first,
                        SystemCalls.PROT_NONE,
                        SystemCalls.MAP_PRIVATE | SystemCalls.MAP_ANONYMOUS | SystemCalls.MAP_NORESERVE,
                        -1,
                        0),
                "machine memory",
                "mmap of address space for " + (end - first) + " bytes",
                "Raise ulimit -v.");
        return room - first;
    }

    private static List<MemoryRange> joined(List<Piece> sorted) {
        List<MemoryRange> ranges = new ArrayList<>();
        for (Piece piece : sorted) {
            MemoryRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.start() + last.bytes() == piece.physical()) {
                ranges.set(ranges.size() - 1, new MemoryRange(last.start(), last.bytes() + piece.bytes()));
            } else {
                ranges.add(new MemoryRange(piece.physical(), piece.bytes()));
            }
        }
        return ranges;
    }

    /** The memory, ascending, neighbours joined. */
    public List<MemoryRange> ranges() {
        List<MemoryRange> ranges = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            ranges.add(new MemoryRange(starts[i], ends[i] - starts[i]));
        }
        return ranges;
    }

    /** Whether the addresses are those of the memory bus, and not numbers of this process's own. */
    public boolean real() {
        return real;
    }

    /** Descriptors of the files that give the kernel its pages back when the last one is closed; none for other memory. */
    public List<Integer> files() {
        return files;
    }

    /** Where this process sees a physical address, when all bytes are memory of the machine; else {@link #NOT_MACHINE_MEMORY}. */
    public long nativeAddress(long physical, long bytes) {
        return isRam(physical, bytes) ? base + physical : NOT_MACHINE_MEMORY;
    }

    @Override
    public boolean isRam(long physical, long bytes) {
        if (bytes < 0) {
            return false;
        }
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (physical < starts[middle]) {
                high = middle - 1;
            } else if (physical >= ends[middle]) {
                low = middle + 1;
            } else {
                return bytes <= ends[middle] - physical;
            }
        }
        return false;
    }

    @Override
    public MemorySegment segment(long physical, long bytes) {
        requireRam(physical, bytes);
        return all.asSlice(physical - first, bytes);
    }

    @Override
    public long physicalAddress(MemorySegment memory) {
        if (!memory.isNative()) {
            return NOT_MACHINE_MEMORY;
        }
        long physical = memory.address() - base;
        return isRam(physical, memory.byteSize()) ? physical : NOT_MACHINE_MEMORY;
    }

    @Override
    public void copy(long from, long to, long bytes) {
        requireRam(from, bytes);
        requireRam(to, bytes);
        MemorySegment.copy(all, from - first, all, to - first, bytes);
    }

    @Override
    public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {
        requireRam(to, bytes);
        MemorySegment.copy(from, fromOffset, all, to - first, bytes);
    }

    @Override
    public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {
        requireRam(from, bytes);
        MemorySegment.copy(all, from - first, to, toOffset, bytes);
    }

    @Override
    public void zero(long physical, long bytes) {
        requireRam(physical, bytes);
        all.asSlice(physical - first, bytes).fill((byte) 0);
    }

    @Override
    public LinearMap linearMap() {
        return new LinearMap(base + first, first, end - first);
    }

    private void requireRam(long physical, long bytes) {
        if (closed) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED,
                    "machine: its memory was given back when it was closed. Open a machine again.");
        }
        if (!isRam(physical, bytes)) {
            throw new DmaUsageException(
                    DmaErrorCode.OUTSIDE_BUFFER,
                    "machine: physical=0x" + Long.toHexString(physical) + " bytes=" + bytes
                            + " is not all memory of the machine: it has " + ranges() + ". Stay inside of one range.");
        }
    }

    /** Gives the memory back. Segments of it must not be used any more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            SystemCalls.munmap(base + first, end - first);
            files.forEach(SystemCalls::close);
        }
    }

    /** Page size of the numbers here, in bytes. */
    static long pageBytes() {
        return PAGE;
    }
}
