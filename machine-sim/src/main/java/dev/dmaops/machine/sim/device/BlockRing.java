package dev.dmaops.machine.sim.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The memory that a {@link BlockDevice} and its driver share: descriptors from the driver, completions from the device. All
 * numbers are little-endian.
 *
 * <pre>
 *   descriptor, 32 bytes            completion, 16 bytes
 *    0  DMA address        8         0  bytes moved   4
 *    8  length             4         4  status        2
 *   12  flags              2         6  tag           2
 *   14  tag                2         8  sequence      8   1 for the first completion, 2 for the second, ...
 *   16  first sector       8
 *   24  not used           8
 * </pre>
 *
 * <p>A request is one descriptor or several in a row, all but the last flagged {@link #MORE}; sector, tag and {@link #WRITE} are
 * those of the first. Descriptors fill the ring's first part, completions the second.
 */
public final class BlockRing {
    /** Bytes of a sector. */
    public static final int SECTOR_BYTES = 512;
    /** Bytes of a descriptor. */
    public static final int DESCRIPTOR_BYTES = 32;
    /** Bytes of a completion. */
    public static final int COMPLETION_BYTES = 16;

    /** Descriptor flag: the device reads the buffer and stores it. Without it, the device fills the buffer. */
    public static final int WRITE = 1;
    /** Descriptor flag: the next descriptor goes on with the same request. */
    public static final int MORE = 2;

    /** Completion status: everything was moved. */
    public static final int OK = 0;
    /** Completion status: the bus refused an access to the buffer. */
    public static final int BUS_ERROR = 1;
    /** Completion status: the request is not whole sectors, or goes beyond the last one. */
    public static final int BAD_REQUEST = 2;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment memory;
    private final int entries;

    /**
     * The driver's side of a ring.
     *
     * @param memory coherent memory of at least {@link #bytes} bytes
     * @param entries descriptors, and as many completions
     */
    public BlockRing(MemorySegment memory, int entries) {
        this.memory = memory.asSlice(0, bytes(entries));
        this.entries = entries;
    }

    /** Memory that a ring needs, in bytes. */
    public static long bytes(int entries) {
        return (long) entries * (DESCRIPTOR_BYTES + COMPLETION_BYTES);
    }

    /** Descriptors, and as many completions. */
    public int entries() {
        return entries;
    }

    /**
     * Fills a descriptor.
     *
     * @param index ever growing; the ring wraps by itself
     * @param flags bits of {@link #WRITE} and {@link #MORE}
     */
    public void describe(long index, long dma, int bytes, int flags, int tag, long sector) {
        long at = index % entries * DESCRIPTOR_BYTES;
        memory.set(LONG, at, dma);
        memory.set(INT, at + 8, bytes);
        memory.set(SHORT, at + 12, (short) flags);
        memory.set(SHORT, at + 14, (short) tag);
        memory.set(LONG, at + 16, sector);
    }

    /**
     * A completion, or an empty one with sequence 0 when the device has not written it yet.
     *
     * @param index ever growing, from 0
     */
    public Completion completion(long index) {
        long at = completionAt(entries, index);
        Completion found = new Completion(
                memory.get(INT, at),
                memory.get(SHORT, at + 4),
                memory.get(SHORT, at + 6) & 0xffff,
                memory.get(LONG, at + 8));
        return found.sequence == index + 1 ? found : Completion.NONE;
    }

    static long completionAt(int entries, long index) {
        return (long) entries * DESCRIPTOR_BYTES + index % entries * COMPLETION_BYTES;
    }

    static Descriptor descriptor(MemorySegment bytes) {
        return new Descriptor(
                bytes.get(LONG, 0),
                bytes.get(INT, 8),
                bytes.get(SHORT, 12),
                bytes.get(SHORT, 14) & 0xffff,
                bytes.get(LONG, 16));
    }

    static void write(MemorySegment bytes, Completion completion) {
        bytes.set(INT, 0, completion.bytes);
        bytes.set(SHORT, 4, (short) completion.status);
        bytes.set(SHORT, 6, (short) completion.tag);
        bytes.set(LONG, 8, completion.sequence);
    }

    record Descriptor(long dma, int bytes, int flags, int tag, long sector) {
        boolean more() {
            return (flags & MORE) != 0;
        }

        boolean write() {
            return (flags & WRITE) != 0;
        }
    }

    /**
     * What came of a request.
     *
     * @param bytes moved
     * @param status {@link #OK}, {@link #BUS_ERROR} or {@link #BAD_REQUEST}
     * @param tag of the request
     * @param sequence 1 for the first request; 0 when there is no completion yet
     */
    public record Completion(int bytes, int status, int tag, long sequence) {
        /** Not there yet. */
        public static final Completion NONE = new Completion(0, OK, 0, 0);

        /** Whether the device has written it. */
        public boolean present() {
            return sequence != 0;
        }
    }
}
