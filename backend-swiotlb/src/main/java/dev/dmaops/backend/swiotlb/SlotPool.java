package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.LARGEST_BYTES;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_BYTES;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_MASK;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_SHIFT;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.PoolState;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The pool of bounce buffers, slot for slot as Linux keeps it (kernel/dma/swiotlb.c, 6.12, without dynamic growth).
 *
 * <pre>
 *   pool   ├──────────── area 0 ────────────┼──────────── area 1 ────────────┤   one lock, one search index each
 *   sets   ├─ 128 slots ─┼─ 128 slots ─┼ …                                       no mapping leaves its set
 *   slots  ├ 2048 ┼ 2048 ┼ 2048 ┼ 2048 ┼ …
 *
 *   one mapping with padding in front, here of 6000 bytes, with 1 padding slot and an offset of 512 bytes:
 *
 *   head          head + 1
 *   ├── padding ──┼─ off ─┬────── data ──────┼──────────────────┼────── rest ──┤
 *                         └ the address handed out
 *   ├─────────────────────── allocated: offset and rounding included ──────────┤
 * </pre>
 *
 * <p>Every map copies the original in, whatever the direction, so that a device which writes less than it was given leaves the rest
 * of the buffer as it was. The padding and the rest keep the bytes of earlier mappings, as in Linux, unless the policy or an
 * untrusted device asks for zeroes.
 *
 * <p><b>Threads.</b> Slots are taken and given back under the spin lock of one area; copies run outside of it.
 */
final class SlotPool implements BouncePool {
    /** Stands for the address of memory that has none: low bits 0, and not 0 itself, which means that there is no original. */
    private static final long NO_ADDRESS = 1L << 62;

    private static final long ABSURD_BYTES = 1L << 40;

    private final String name;
    private final SlotGeometry geometry;
    private final long start;
    private final long bytes;
    private final boolean forced;
    private final boolean restricted;
    private final boolean zeroPadding;
    private final long pageBytes;
    private final PhysicalMemory memory;
    private final Cpus cpus;
    private final EventSink events;
    private final RateLimit fullMessages;
    private final SlotTable table;
    private final SlotRecords records;
    private final Runnable release;
    private final PoolReport report;
    private final ConcurrentMap<DmaDeviceState, PoolClient> clients = new ConcurrentHashMap<>();
    private final AtomicBoolean overflowLogged = new AtomicBoolean();
    private final AtomicBoolean alignmentLogged = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * A pool over memory that is already there.
     *
     * @param pageBytes page size of the kernel in bytes
     * @param release gives the memory back
     */
    SlotPool(
            String name,
            SlotGeometry geometry,
            boolean forced,
            boolean restricted,
            boolean zeroPadding,
            long pageBytes,
            PhysicalMemory memory,
            Cpus cpus,
            EventSink events,
            Runnable release) {
        this.name = name;
        this.geometry = geometry;
        this.start = geometry.start();
        this.bytes = geometry.bytes();
        this.forced = forced;
        this.restricted = restricted;
        this.zeroPadding = zeroPadding;
        this.pageBytes = pageBytes;
        this.memory = memory;
        this.cpus = cpus;
        this.events = events;
        this.release = release;
        fullMessages = new RateLimit(System::nanoTime);
        table = new SlotTable(geometry);
        records = new SlotRecords(geometry.slots());
        report = new PoolReport(name, geometry, table, clients.values());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean forced() {
        return forced;
    }

    @Override
    public boolean restricted() {
        return restricted;
    }

    @Override
    public boolean contains(long physical) {
        return Long.compareUnsigned(physical - start, bytes) < 0;
    }

    // Taking slots

    @Override
    public long map(
            DmaDeviceState device,
            long original,
            long length,
            long allocationAlignMask,
            DmaDirection direction,
            int attributes,
            BounceReason reason) {
        return bounce(device, original, null, length, allocationAlignMask, direction, attributes, reason);
    }

    @Override
    public long mapMemory(DmaDeviceState device, MemorySegment original, DmaDirection direction, int attributes) {
        long address = NO_ADDRESS | (original.isNative() ? original.address() & (NO_ADDRESS - 1) : 0);
        return bounce(
                device,
                address,
                original,
                original.byteSize(),
                0,
                direction,
                attributes,
                BounceReason.NOT_DEVICE_MEMORY);
    }

    private long bounce(
            DmaDeviceState device,
            long original,
            @Nullable MemorySegment buffer,
            long length,
            long allocationAlignMask,
            DmaDirection direction,
            int attributes,
            BounceReason reason) {
        requireOpen(device);
        PoolClient client = client(device);
        if (allocationAlignMask != 0 || Long.compareUnsigned(length - 1, LARGEST_BYTES) >= 0) {
            requireArguments(device, length, allocationAlignMask);
            if (length > ABSURD_BYTES || Long.compareUnsigned(allocationAlignMask, ABSURD_BYTES) > 0) {
                return refuse(client, DmaErrorCode.REQUEST_TOO_LARGE, length, attributes);
            }
        }
        long offset = client.offset(original, allocationAlignMask);
        long allocated = PoolClient.allocated(length, offset, allocationAlignMask);
        long record = SlotRecords.word(buffer, length, allocated, offset, direction, reason);
        int head = takeSoon(client, allocated, original, length, allocationAlignMask);
        if (head < 0) {
            // It works everything out again: values kept for it would cost every map that does not need it.
            long taken = takeAnywhere(device, original, length, allocationAlignMask, attributes);
            if (Refusals.isRefusal(taken)) {
                return taken;
            }
            head = (int) taken;
        }
        if (device.skipSync()) {
            device.skipSync(false);
        }
        records.write(head, original, buffer, record);
        long physical = start + ((long) head << SLOT_SHIFT) + SlotRecords.offsetOf(record);
        try {
            copyIn(original, 0, buffer, physical, length);
            if (zeroPadding || device.untrusted()) {
                zeroAround(head, records.slots(head), physical, length);
            }
        } catch (RuntimeException failure) {
            release(device, head, physical);
            throw failure;
        }
        return physical;
    }

    /** The first slot, or -1 when it takes the whole search to find out. */
    private int takeSoon(PoolClient client, long allocated, long original, long length, long allocationAlignMask) {
        if (!client.near || allocated > LARGEST_BYTES || original == 0) {
            return -1;
        }
        long mask = client.allocationMask(allocated, allocationAlignMask, pageBytes);
        int slots = (int) SlotGeometry.slotsFor(allocated);
        return FreeSlots.isNear(mask) ? table.takeSoon(cpus.current(), slots, client, mask, original, length) : -1;
    }

    /** The first slot, or the refusal. */
    private long takeAnywhere(
            DmaDeviceState device, long original, long length, long allocationAlignMask, int attributes) {
        PoolClient client = client(device);
        long offset = client.offset(original, allocationAlignMask);
        long allocated = PoolClient.allocated(length, offset, allocationAlignMask);
        long mask = client.allocationMask(allocated, allocationAlignMask, pageBytes);
        int head = take(client, allocated, mask, original, length);
        return head >= 0 ? head : refusalResult(client, allocated, attributes);
    }

    /** The first slot, or -1. */
    private int take(PoolClient client, long allocated, long allocationMask, long original, long copied) {
        return client.reachable && allocated <= LARGEST_BYTES
                ? table.take(
                        cpus.current(),
                        (int) SlotGeometry.slotsFor(allocated),
                        client,
                        allocationMask,
                        original,
                        copied)
                : -1;
    }

    /** What is known of a device; worked out again when its constraints are others than before. */
    @SuppressWarnings("ReferenceEquality") // equal ones that are not the same only cost a new client
    private PoolClient client(DmaDeviceState device) {
        return device.poolClient() instanceof PoolClient client
                        && client.pool == this
                        && client.constraints == device.constraints()
                ? client
                : newClient(device);
    }

    private PoolClient newClient(DmaDeviceState device) {
        long boundary = device.constraints().segmentBoundaryMask();
        if ((boundary & (boundary + 1)) != 0) {
            throw PoolMessages.badMasks(device, 0, boundary);
        }
        PoolClient client = clients.compute(device, (same, before) -> new PoolClient(this, geometry, device, before));
        device.poolClient(client);
        return client;
    }

    private void zeroAround(int head, int slots, long physical, long length) {
        long first = geometry.address(head);
        long end = first + (long) slots * SLOT_BYTES;
        if (physical > first) {
            memory.zero(first, physical - first);
        }
        if (end > physical + length) {
            memory.zero(physical + length, end - physical - length);
        }
    }

    private long refusalResult(PoolClient client, long allocated, int attributes) {
        long slots = SlotGeometry.slotsFor(allocated);
        DmaErrorCode code;
        if (!client.reachable) {
            code = DmaErrorCode.POOL_OUT_OF_REACH;
        } else if (slots > Math.min(SlotGeometry.SET_SLOTS, geometry.slots())) {
            code = DmaErrorCode.REQUEST_TOO_LARGE;
        } else if (slots > geometry.slots() - table.used()) {
            code = DmaErrorCode.POOL_EXHAUSTED;
        } else {
            code = DmaErrorCode.NO_FREE_RUN;
        }
        return refuse(client, code, allocated, attributes);
    }

    private long refuse(PoolClient client, DmaErrorCode code, long allocated, int attributes) {
        client.refusals.increment();
        if ((attributes & DmaAttributes.NO_WARN) == 0 && fullMessages.permits()) {
            events.log(
                    client.device.id(),
                    "swiotlb buffer is full (sz: " + Long.toUnsignedString(allocated) + " bytes), total "
                            + geometry.slots() + " (slots), used "
                            + table.used() + " (slots)");
        }
        return Refusals.of(code);
    }

    // Giving slots back

    @Override
    public void unmap(DmaDeviceState device, long physical, long length, DmaDirection direction, int attributes) {
        requireOpen(device);
        long at = physical - start;
        int head = Long.compareUnsigned(at, bytes) < 0 ? (int) (at >>> SLOT_SHIFT) : -1;
        if (head < 0 || !SlotRecords.matches(records.word(head), (int) at & SLOT_MASK, length, direction)) {
            head = checkedHead(device, physical, length, direction);
        }
        if (direction.reachesCpu() && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            requireHead(device, head, physical);
            copyBack(device, head, physical, length);
        }
        release(device, head, physical);
    }

    /** A mapping whose buffer is gone, such as another domain's page, ends all the same: its slots are not lost. */
    private void copyBack(DmaDeviceState device, int head, long physical, long length) {
        long original = records.original(head);
        MemorySegment buffer = records.memory(head);
        try {
            copyOut(physical, original, 0, buffer, length);
        } catch (RuntimeException failure) {
            release(device, head, physical);
            throw PoolMessages.bufferGone(device, name, original, buffer != null, length, failure);
        }
        client(device).counts[table.areaIndex(head)].copied(false, length);
    }

    /** The head of a mapping that has padding, or what is wrong with unmapping it. */
    private int checkedHead(DmaDeviceState device, long physical, long length, DmaDirection direction) {
        int head = headAt(physical);
        if (head < 0 || !records.hasOriginal(head)) {
            throw PoolMessages.notMapped(device, name, physical, "unmap");
        }
        if (records.bytes(head) != length || records.direction(head) != direction) {
            throw PoolMessages.mismatched(
                    device, physical, length, direction, records.bytes(head), records.direction(head));
        }
        return head;
    }

    @Override
    public void free(DmaDeviceState device, long physical) {
        requireOpen(device);
        int head = headAt(physical);
        if (head < 0 || records.hasOriginal(head)) {
            throw PoolMessages.notMapped(device, name, physical, "free");
        }
        release(device, head, physical);
    }

    private void release(DmaDeviceState device, int head, long physical) {
        long word = records.word(head);
        if (SlotRecords.isInMemory(word)) {
            requireHead(device, head, physical);
            records.forgetMemory(head);
        }
        if (!table.release(head, records, word)) {
            throw PoolMessages.notMapped(device, name, physical, "unmap");
        }
    }

    /** A record outlives its mapping; the head bit does not. */
    private void requireHead(DmaDeviceState device, int head, long physical) {
        if (!records.isHead(head)) {
            throw PoolMessages.notMapped(device, name, physical, "unmap");
        }
    }

    /** The head of the mapping whose first byte is at an address, or -1. */
    private int headAt(long physical) {
        if (!contains(physical)) {
            return -1;
        }
        int slot = geometry.slot(physical);
        int head = records.headOf(slot);
        return head >= 0
                        && slot == head + records.padding(head)
                        && ((physical - start) & SLOT_MASK) == records.offset(head)
                ? head
                : -1;
    }

    // Synchronising

    @Override
    public void syncForDevice(DmaDeviceState device, long physical, long length, DmaDirection direction) {
        if (direction.reachesDevice()) {
            sync(device, physical, length, true);
        }
    }

    @Override
    public void syncForCpu(DmaDeviceState device, long physical, long length, DmaDirection direction) {
        if (direction.reachesCpu()) {
            sync(device, physical, length, false);
        }
    }

    /**
     * Offsets count from the mapping's first byte and may be negative: bytes of the first slot in front of it. A slot that nobody has
     * is passed over without a word, as Linux does (swiotlb_bounce); finding such calls is the checker's business.
     */
    private void sync(DmaDeviceState device, long physical, long length, boolean toDevice) {
        requireOpen(device);
        int slot = contains(physical) ? geometry.slot(physical) : -1;
        if (slot < 0) {
            throw PoolMessages.notMapped(device, name, physical, "synchronise");
        }
        int head = table.isFree(slot) ? -1 : records.headOf(slot);
        if (head < 0) {
            return;
        }
        if (slot < head + records.padding(head) || !records.hasOriginal(head)) {
            return;
        }
        long offset = physical - geometry.address(head + records.padding(head)) - records.offset(head);
        long room = geometry.address(head) + records.allocated(head) - physical;
        MemorySegment buffer = records.memory(head);
        if (length < 0
                || room < 0
                || (buffer != null && (offset < 0 || offset + Math.min(length, room) > buffer.byteSize()))) {
            throw PoolMessages.outside(device, offset, length, records.bytes(head));
        }
        long copied = length;
        if (length > room) {
            if (overflowLogged.compareAndSet(false, true)) {
                events.log(
                        device.id(),
                        "Buffer overflow detected. Allocation size: " + room + ". Mapping size: " + length + ".");
            }
            copied = room;
        }
        if (copied > 0) {
            if (toDevice) {
                copyIn(records.original(head), offset, buffer, physical, copied);
            } else {
                copyOut(physical, records.original(head), offset, buffer, copied);
            }
            client(device).counts[table.areaIndex(head)].copied(toDevice, copied);
        }
    }

    private void copyIn(long original, long offset, @Nullable MemorySegment buffer, long physical, long length) {
        if (buffer == null) {
            memory.copy(original + offset, physical, length);
        } else {
            memory.copyIn(buffer, offset, physical, length);
        }
    }

    private void copyOut(long physical, long original, long offset, @Nullable MemorySegment buffer, long length) {
        if (buffer == null) {
            memory.copy(physical, original + offset, length);
        } else {
            memory.copyOut(physical, buffer, offset, length);
        }
    }

    // Coherent memory of restricted pools

    @Override
    public long allocate(DmaDeviceState device, long length) {
        requireOpen(device);
        PoolClient client = client(device);
        requireArguments(device, length, 0);
        if (length > ABSURD_BYTES) {
            return refuse(client, DmaErrorCode.REQUEST_TOO_LARGE, length, DmaAttributes.NO_WARN);
        }
        long pages = (length + pageBytes - 1) / pageBytes;
        long mask = (pages == 1 ? 1 : Long.highestOneBit(pages - 1) << 1) * pageBytes - 1;
        int head = take(client, length, mask | SLOT_MASK, 0, 0);
        if (head < 0) {
            return refusalResult(client, length, DmaAttributes.NO_WARN);
        }
        records.write(head, length);
        long physical = geometry.address(head);
        if ((physical & (pageBytes - 1)) != 0) {
            if (alignmentLogged.compareAndSet(false, true)) {
                events.log(
                        device.id(),
                        "cannot allocate pages from the pool: its slots are not page aligned for this device");
            }
            release(device, head, physical);
            return refuse(client, DmaErrorCode.NO_FREE_RUN, length, DmaAttributes.NO_WARN);
        }
        return physical;
    }

    // Questions

    @Override
    public long maxMappingBytes(DmaDeviceState device) {
        long keep = device.constraints().minAlignMask();
        long lost = (keep + SLOT_MASK) & ~(long) SLOT_MASK;
        return lost < 0 || lost > LARGEST_BYTES ? 0 : LARGEST_BYTES - lost;
    }

    @Override
    public long limit() {
        return start + bytes - 1;
    }

    @Override
    public @Nullable BounceReason reason(long physical) {
        int head = headAt(physical);
        return head < 0 ? null : records.reason(head);
    }

    @Override
    public int paddingSlots(long physical) {
        int head = headAt(physical);
        return head < 0 ? -1 : records.padding(head);
    }

    @Override
    public PoolState.Area area(int index) {
        return report.area(index);
    }

    @Override
    public Refused refusal(DmaDeviceState device, DmaErrorCode code, long original, long length) {
        return PoolMessages.refused(device, code, original, length, this, report);
    }

    @Override
    public PoolStatistics statistics() {
        return report.statistics();
    }

    @Override
    public void resetHighWater() {
        table.highWater().reset();
    }

    @Override
    public PoolState state() {
        return report.state();
    }

    /** For invariants: the bitmaps. */
    SlotTable table() {
        return table;
    }

    /** For invariants: the mappings. */
    SlotRecords records() {
        return records;
    }

    SlotGeometry geometry() {
        return geometry;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        int used = table.used();
        if (used != 0) {
            throw new DmaUsageException(
                    DmaErrorCode.STILL_IN_USE,
                    "pool " + name + ": cannot close with used=" + used + " slots of slots=" + geometry.slots()
                            + ". Unmap and free everything first.");
        }
        closed = true;
        release.run();
    }

    private void requireOpen(DmaDeviceState device) {
        if (closed) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED, device.id() + ": pool " + name + " is closed. Open the platform again.");
        }
    }

    private void requireArguments(DmaDeviceState device, long length, long allocationAlignMask) {
        if (length <= 0) {
            throw PoolMessages.noBytes(device, length);
        }
        if ((allocationAlignMask & (allocationAlignMask + 1)) != 0) {
            throw PoolMessages.badMasks(
                    device, allocationAlignMask, device.constraints().segmentBoundaryMask());
        }
    }
}
