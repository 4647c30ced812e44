package dev.dmaops.conformance.xen;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PoolState;
import dev.dmaops.spi.Refusals;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The open system of a recording: its devices, its pool, its frames, and the buffers that rows have named. */
final class XenState implements AutoCloseable {
    private static final int SLOT = 2048;
    private static final int SET_SLOTS = 128;

    /**
     * Pages that rows map.
     *
     * @param start physical address of the first byte
     * @param bytes length
     */
    record Buffer(long start, long bytes) {}

    private final XenHeader header;
    private final ReplayPlatform replay;
    private final GuestFrames frames;
    private final Optional<BouncePool> pool;
    private final Map<String, Buffer> buffers = new HashMap<>();
    private final Translated translated;
    private final DmaDeviceState nobody;
    private final long scratch;
    private final int areaSlots;
    private String testDevice = "";
    private boolean coherent = true;
    private Optional<Buffer> current = Optional.empty();

    XenState(XenHeader header, XenScan scan, ReplayPlatform replay, ReplayedFrames answers) {
        this.header = header;
        this.replay = replay;
        frames = new GuestFrames(replay, answers);
        translated = new Translated(replay);
        pool = replay.platform().devices().stream()
                .map(replay::pool)
                .flatMap(Optional::stream)
                .findFirst();
        areaSlots = pool.map(there -> there.state().areaSlots()).orElse(0);
        nobody = new DmaDeviceState(
                new DeviceLimits(-1L, -1L, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT), "recording", false);
        // Emulated devices find what the CPU wrote, whatever the kernel believes.
        replay.platform().devices().forEach(device -> replay.machine().devices().snoop(device.id()));
        scratch = scan.pool.map(range -> range.start()).orElse(0L);
        scan.devices.values().forEach(row -> {
            if (row.text("when").equals("test_device") || row.text("driver").startsWith("xendmaoracle")) {
                testDevice = row.text("dev");
            }
        });
    }

    static String withoutCoherence(String id) {
        return id.endsWith(XenPlatform.SNOOPS_NOT)
                ? id.substring(0, id.length() - XenPlatform.SNOOPS_NOT.length())
                : id;
    }

    XenHeader header() {
        return header;
    }

    ReplayPlatform replay() {
        return replay;
    }

    GuestFrames frames() {
        return frames;
    }

    Optional<BouncePool> pool() {
        return pool;
    }

    // Devices

    /** Says whether the device of the rows to come snoops, as far as they do not say it themselves. */
    void coherent(boolean snoops) {
        coherent = snoops;
    }

    /** The device of a row, or the one that the recording is about. */
    Optional<DmaDevice> device(Row row) {
        String id = row.has("dev") ? row.text("dev") : testDevice;
        boolean snoops = header.architecture() == Architecture.X86
                || (row.has("dma_coherent") ? row.flag("dma_coherent") : coherent);
        return device(id, snoops);
    }

    private Optional<DmaDevice> device(String id, boolean snoops) {
        Optional<DmaDevice> same = replay.device(id);
        return same.isEmpty() || same.get().coherent() == snoops ? same : replay.device(id + XenPlatform.SNOOPS_NOT);
    }

    /** The answer to a row whose device cannot be used. */
    Answer closed(Row row) {
        return Answer.skipped(replay.whyClosed(row.has("dev") ? row.text("dev") : testDevice));
    }

    /** Asks for the streaming mask of a row as a driver does, and sets it whatever the answer was. */
    static void force(DmaDevice device, long mask, long minAlignMask) {
        device.setStreamingMask(new DmaMask(mask));
        device.state().streamingMask(mask);
        device.setConstraints(device.constraints().withMinAlignMask(minAlignMask));
        device.refreshWindow();
    }

    // Buffers

    /** Remembers a buffer. */
    void buffer(String name, long start, long bytes) {
        buffers.put(name, new Buffer(start, bytes));
    }

    /** A buffer by its name; the rows that follow and name none use it too. */
    Optional<Buffer> use(String name) {
        current = Optional.ofNullable(buffers.get(name));
        return current;
    }

    /** The buffer that rows use which name none. */
    Optional<Buffer> current() {
        return current;
    }

    // The pool

    /** Makes the search for slots start where a row says, by taking and giving back slots of an otherwise empty pool. */
    void startSearchAt(Row row) {
        if (pool.isPresent() && row.has("index_before")) {
            startSearchAt(pool.get(), row.count("index_before"));
        }
    }

    private void startSearchAt(BouncePool there, int index) {
        int slots = areaSlots;
        for (int i = 0; i < slots && there.area(0).index() != index; i++) {
            int now = there.area(0).index();
            int left = Math.floorMod(index - now, slots);
            int most = Math.min(left, SET_SLOTS - now % SET_SLOTS);
            int take = now % 2 == 0 ? most : 1;
            long taken = there.map(
                    nobody,
                    scratch,
                    (long) take * SLOT,
                    0,
                    DmaDirection.TO_DEVICE,
                    DmaAttributes.NONE,
                    BounceReason.FORCED_BY_CONFIG);
            if (Refusals.isRefusal(taken)) {
                return;
            }
            there.unmap(nobody, taken, (long) take * SLOT, DmaDirection.TO_DEVICE, DmaAttributes.NONE);
        }
    }

    /** Adds the counters of the first area under names with these endings. */
    void counters(Answer.Observed observed, String ending) {
        pool.ifPresent(there -> {
            PoolState.Area area = there.area(0);
            observed.put("used" + ending, (long) area.used()).put("index" + ending, (long) area.index());
        });
    }

    /** IO virtual addresses. */
    Translated translated() {
        return translated;
    }

    /** The physical address in the pool that a DMA address is, or nothing; what is behind an IOMMU does not show in the address. */
    Optional<Long> inPool(DmaDevice device, long dma) {
        if (Translated.isBehind(device)) {
            return Optional.empty();
        }
        long bus = dma >>> BusFrames.SHIFT;
        long pfn = frames.tables().map(tables -> tables.toLocal(bus)).orElse(bus);
        long physical = (pfn << BusFrames.SHIFT) | (dma & (BusFrames.BYTES - 1));
        return pfn == BusFrames.NO_FRAME
                ? Optional.empty()
                : pool.filter(there -> there.contains(physical)).map(there -> physical);
    }

    @Override
    public void close() {
        replay.close();
    }
}
