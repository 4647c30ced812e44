package dev.dmaops.api;

import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
    private final BitSet peers = new BitSet();
    private final BitSet peerSegments = new BitSet();
    private long kept;
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

    /**
     * Appends memory of a peer device, which the device reaches through a switch that both are behind: the address goes on the bus
     * as it is, past the IOMMU (PCI peer-to-peer, {@code PCI_P2PDMA_MAP_BUS_ADDR}, include/linux/pci-p2pdma.h, 6.12). Not every
     * backend can; one that cannot refuses the list with {@link DmaErrorCode#PEER_MEMORY}.
     *
     * @param busAddress first byte, as the bus knows it
     * @param length in bytes
     */
    public ScatterList addPeer(long busAddress, long length) {
        append(busAddress, length, null);
        peers.set(entries - 1);
        return this;
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
        peers.clear();
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

    /**
     * Physical address of a buffer, or {@link PhysicalMemory#NOT_MACHINE_MEMORY} while unknown and for peer memory, which has none.
     */
    public long entryPhysical(int entry) {
        Objects.checkIndex(entry, entries);
        return isPeer(entry) ? PhysicalMemory.NOT_MACHINE_MEMORY : physical[entry];
    }

    /** Whether the entry is memory of a peer device. */
    public boolean isPeer(int entry) {
        return peers.get(entry);
    }

    /** Whether any entry is memory of a peer device. */
    public boolean hasPeers() {
        return !peers.isEmpty();
    }

    /** Bus address of peer memory; see {@link #addPeer}. */
    public long entryBusAddress(int entry) {
        return physical[Objects.checkIndex(entry, entries)];
    }

    /** Whether the segment is a peer's bus address rather than one that an IOMMU or bridge translates. */
    public boolean isPeerSegment(int segment) {
        return peerSegments.get(Objects.checkIndex(segment, mappedEntries));
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
        peerSegments.clear(segment);
    }

    /** For implementers of {@link dev.dmaops.spi.DmaOps}: records one segment of peer memory. */
    public void recordPeerSegment(int segment, long busAddress, long length) {
        recordSegment(segment, busAddress, length);
        peerSegments.set(segment);
    }

    /** For implementers of {@link dev.dmaops.spi.DmaOps}: keeps a number with the list, for their own use until it is unmapped. */
    public void keep(long value) {
        kept = value;
    }

    /** For implementers of {@link dev.dmaops.spi.DmaOps}: what {@link #keep} was given last. */
    public long kept() {
        return kept;
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
