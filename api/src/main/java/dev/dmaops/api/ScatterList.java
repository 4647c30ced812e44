package dev.dmaops.api;

import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that a device takes in one go, and, once mapped, the DMA segments that reach them.
 *
 * <p>Build it with {@link #add} or {@link #addPhysical}, map it with {@link DmaDevice#mapScatter}, program the device with the
 * first {@link #mappedEntries()} segments, unmap it. Unmap works on all {@link #entries()}, not on the mapped ones. A list can
 * be mapped again after it was unmapped. Not for several threads at once.
 */
public final class ScatterList {
    private final List<@Nullable MemorySegment> memory = new ArrayList<>();
    private long[] physical = new long[8];
    private long[] bytes = new long[8];
    private long[] dmaAddress = new long[8];
    private long[] dmaBytes = new long[8];
    private int entries;
    private int mappedEntries;
    private @Nullable Refused refusal;

    /** An empty list. */
    public ScatterList() {}

    /** Appends a buffer. It must stay alive until the list is unmapped. */
    public ScatterList add(MemorySegment buffer) {
        return append(PhysicalMemory.NOT_MACHINE_MEMORY, buffer.byteSize(), buffer);
    }

    /**
     * Appends machine memory by its physical address.
     *
     * @param start first byte
     * @param length in bytes
     */
    public ScatterList addPhysical(long start, long length) {
        return append(start, length, null);
    }

    private ScatterList append(long start, long length, @Nullable MemorySegment buffer) {
        requireUnmapped("grow");
        if (length < 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE,
                    "scatter entry " + entries + ": bytes=" + length + " is negative: expected 0 or more.");
        }
        if (entries == bytes.length) {
            int capacity = entries * 2;
            physical = Arrays.copyOf(physical, capacity);
            bytes = Arrays.copyOf(bytes, capacity);
            dmaAddress = Arrays.copyOf(dmaAddress, capacity);
            dmaBytes = Arrays.copyOf(dmaBytes, capacity);
        }
        physical[entries] = start;
        bytes[entries] = length;
        memory.add(buffer);
        entries++;
        return this;
    }

    /** Forgets all entries. */
    public void clear() {
        requireUnmapped("be cleared");
        memory.clear();
        entries = 0;
        refusal = null;
    }

    /** Buffers in the list: what unmap and sync work on. */
    public int entries() {
        return entries;
    }

    /** DMA segments: what the device is given. 0 while the list is not mapped. */
    public int mappedEntries() {
        return mappedEntries;
    }

    /** Whether the list is mapped. */
    public boolean isMapped() {
        return mappedEntries > 0;
    }

    /** DMA address of a segment, in bytes. */
    public long dmaAddress(int segment) {
        return dmaAddress[Objects.checkIndex(segment, mappedEntries)];
    }

    /** Length of a segment, in bytes. */
    public long dmaBytes(int segment) {
        return dmaBytes[Objects.checkIndex(segment, mappedEntries)];
    }

    /** Length of a buffer, in bytes. */
    public long entryBytes(int entry) {
        return bytes[Objects.checkIndex(entry, entries)];
    }

    /** Physical address of a buffer, or {@link PhysicalMemory#NOT_MACHINE_MEMORY} while unknown. */
    public long entryPhysical(int entry) {
        return physical[Objects.checkIndex(entry, entries)];
    }

    /** The buffer as it was added; null when it was added by address. */
    public @Nullable MemorySegment entryMemory(int entry) {
        return memory.get(entry);
    }

    /** Why the last attempt to map was refused; null when it was not. */
    public @Nullable Refused refusal() {
        return refusal;
    }

    void resolve(int entry, long start) {
        physical[entry] = start;
    }

    void refused(@Nullable Refused why) {
        refusal = why;
    }

    /** For implementers of {@link dev.dmaops.spi.DmaOps}: records one DMA segment. */
    public void recordSegment(int segment, long address, long length) {
        dmaAddress[segment] = address;
        dmaBytes[segment] = length;
    }

    /** For implementers of {@link dev.dmaops.spi.DmaOps}: a recorded segment, also before the list counts as mapped. */
    public long recordedAddress(int segment) {
        return dmaAddress[segment];
    }

    /** For implementers of {@link dev.dmaops.spi.DmaOps}: says how many segments there are; 0 when unmapped. */
    public void recordMapped(int segments) {
        mappedEntries = segments;
    }

    private void requireUnmapped(String verb) {
        if (mappedEntries > 0) {
            throw new DmaUsageException(
                    DmaErrorCode.SCATTER_STATE,
                    "scatter list of entries=" + entries + " cannot " + verb + " while it is mapped. Unmap it first.");
        }
    }
}
