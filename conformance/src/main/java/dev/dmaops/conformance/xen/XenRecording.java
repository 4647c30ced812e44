package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Nothing;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BusFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recording of Xen being replayed.
 *
 * <p>Rows are played as they were read, whatever was done to them since: what a self-test alters are results, and some results, such as
 * the frames that Xen handed out, are the script of the replay as well.
 */
final class XenRecording implements Recording {
    private static final Map<String, RowSchema> SCHEMAS = schemas();

    private final XenRows rows;
    private final XenState state;
    private final PoolRows pool;
    private final MapRows maps;
    private final QueueRows queues;
    private final SyncRows syncs;
    private final ListRows lists;
    private final AllocRows allocations;
    private final ExchangeRows exchanges;
    private final GrantRows grants;
    private final MiscRows misc;
    private final Deque<Row> ahead = new ArrayDeque<>();
    private List<Row> group = List.of();
    private @Nullable Row current;

    private XenRecording(XenRows rows, XenState state) {
        this.rows = rows;
        this.state = state;
        pool = new PoolRows(state.replay(), state.pool(), state.header().pageBytes());
        maps = new MapRows(state);
        queues = new QueueRows(state);
        syncs = new SyncRows(state);
        lists = new ListRows(state);
        allocations = new AllocRows(state);
        exchanges = new ExchangeRows(state);
        grants = new GrantRows(state);
        misc = new MiscRows(state);
    }

    private static Map<String, RowSchema> schemas() {
        Map<String, RowSchema> all = new HashMap<>();
        all.putAll(PoolRows.SCHEMAS);
        all.putAll(QueueRows.SCHEMAS);
        all.putAll(SyncRows.SCHEMAS);
        all.putAll(AllocRows.SCHEMAS);
        all.putAll(GrantRows.SCHEMAS);
        all.putAll(MiscRows.SCHEMAS);
        all.put("map", MapRows.SCHEMA);
        all.put("sg", ListRows.SCHEMA);
        all.put("exchange", ExchangeRows.SCHEMA);
        all.put(
                "dev",
                DeviceFacts.SCHEMA
                        .asInputs(XenRows.DEVICE_INPUTS)
                        .asInputs("dma_skip_sync", "iommu_group", "iommu_domain"));
        all.put("set_mask", MaskTrial.SET_MASK_SCHEMA);
        all.put("min_align", RowSchema.ofInputs("seq", "t", "mask").withResults("max_mapping_size"));
        all.put("buffer", RowSchema.ofInputs("seq", "t", "buf", "note", "order", "pfn", "runs"));
        all.put("p2m_snapshot", RowSchema.ofInputs("seq", "t", "snap", "max_pfn"));
        all.put("p2m_run", RowSchema.ofInputs("seq", "t", "snap", "kind", "pfn", "bfn", "len"));
        all.put("p2m_snapshot_end", RowSchema.ofInputs("seq", "t", "snap", "runs"));
        all.put("pool_busy", RowSchema.ofInputs("seq", "t", "slots"));
        all.put("edu", RowSchema.ofInputs("seq", "t", "enable_rc", "bar", "id"));
        all.put("edu_check_buffer", RowSchema.ofInputs("seq", "t", "ok", "dma"));
        all.put("end", RowSchema.ofInputs("seq", "t", "truncated"));
        return Map.copyOf(all);
    }

    static XenRecording open(RecordingFile file) {
        XenHeader header;
        XenScan scan;
        try (XenRows first = XenRows.open(file.silent())) {
            header = first.header();
            scan = XenScan.of(first);
        }
        XenRows rows = XenRows.open(file);
        try {
            return new XenRecording(rows, XenPlatform.open(header, scan));
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /** Rows of exchanges are read together with the row of the call that they belong to. */
    @Override
    public @Nullable Row next() {
        if (ahead.isEmpty()) {
            List<Row> read = new ArrayList<>();
            Row row = rows.next();
            while (row != null && row.kind().startsWith("xchg_")) {
                read.add(row);
                row = rows.next();
            }
            if (row != null) {
                read.add(row);
            }
            ahead.addAll(read);
            group = List.copyOf(read);
        }
        current = ahead.poll();
        return current;
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.ofNullable(SCHEMAS.get(rowKind));
    }

    @Override
    public Answer play(Row altered) {
        Row row = current == null ? altered : current;
        return switch (row.kind()) {
            case "pool", "pool_segment", "pool_summary", "pool_limit" -> pool.play(row);
            case "dev" -> facts(row);
            case "set_mask" -> setMask(row);
            case "buffer" -> buffer(row);
            case "map" -> maps.play(row);
            case "min_align" -> minAlign(row);
            case "queue_map", "queue_unmap", "queue_end", "exhaust" -> queues.play(row);
            case "sync", "sync_skip" -> syncs.play(row);
            case "sg" -> lists.play(row);
            case "exchange" -> exchanges.play(row);
            case "alloc", "alloc_live", "alloc_device_check", "free", "free_live", "xchg_create", "xchg_destroy" ->
                allocations.play(group);
            case "alloc_pages", "alloc_noncontiguous", "map_resource", "get_sgtable", "negative_control" ->
                misc.play(row);
            default -> grants.play(row);
        };
    }

    /** Masks and limits are what drivers and firmware set; on a PC the ops are the system's and not the device's. */
    private Answer facts(Row row) {
        Optional<DmaDevice> found = state.device(row);
        if (found.isEmpty()) {
            return state.closed(row);
        }
        DmaDevice device = found.get();
        device.state().streamingMask(row.address("dma_mask"));
        device.state().coherentMask(row.address("coherent_dma_mask"));
        device.state().busLimit(row.address("bus_dma_limit"));
        device.refreshWindow();
        Answer.Observed observed = DeviceFacts.of(device);
        return state.header().architecture() == Architecture.X86 ? observed.put("dev_dma_ops", Nothing.NULL) : observed;
    }

    private Answer setMask(Row row) {
        return state.device(row)
                .map(device -> (Answer) new MaskTrial(state.replay(), device).play(row))
                .orElseGet(() -> state.closed(row));
    }

    private Answer buffer(Row row) {
        state.buffer(row.text("buf"), row.number("pfn") << BusFrames.SHIFT, BusFrames.BYTES << row.count("order"));
        state.frames().become(FrameRun.of(row, "runs"));
        return Answer.NOT_ASKED;
    }

    private Answer minAlign(Row row) {
        Optional<DmaDevice> found = state.device(row);
        if (found.isEmpty()) {
            return state.closed(row);
        }
        XenState.force(found.get(), -1L, row.address("mask"));
        return Answer.observed()
                .put("max_mapping_size", Values.hex(DeviceFacts.size(found.get().maxMappingBytes())));
    }

    @Override
    public void close() {
        try (rows) {
            try {
                allocations.close();
            } finally {
                state.close();
            }
        }
    }
}
