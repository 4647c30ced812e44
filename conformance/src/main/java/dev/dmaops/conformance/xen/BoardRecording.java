package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DeviceDescription;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The devices of a board being replayed. */
final class BoardRecording implements Recording {
    private final XenRows rows;
    private final Map<String, RowSchema> schemas;
    private final ReplayPlatform replay;
    private final PoolRows pool;
    private final Map<String, String> idByNode = new HashMap<>();
    private final Map<String, MaskTrial> trials = new HashMap<>();

    private BoardRecording(XenRows rows, XenHeader header, ReplayPlatform replay) {
        this.rows = rows;
        schemas = schemas(header.hypervisor().isXen());
        this.replay = replay;
        pool = new PoolRows(replay, anyPool(replay), header.pageBytes());
        replay.platform()
                .part(PlatformDescription.class)
                .ifPresent(description -> description.devices().forEach(this::index));
    }

    private void index(DeviceDescription device) {
        idByNode.put(device.node(), device.id());
    }

    private static Optional<BouncePool> anyPool(ReplayPlatform replay) {
        return replay.platform().devices().stream()
                .map(replay::pool)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Where dom0's RAM is was not recorded, so which of it devices cannot reach is no result. */
    private static Map<String, RowSchema> schemas(boolean ramUnknown) {
        String[] unknown = ramUnknown ? new String[] {"addressing_limited"} : new String[0];
        Map<String, RowSchema> all = new HashMap<>(PoolRows.SCHEMAS);
        all.put("devsel", DeviceFacts.SCHEMA.asInputs(unknown));
        all.put("devsel_mask", MaskTrial.DEVSEL_SCHEMA.asInputs(unknown));
        all.put("dev", DeviceFacts.SCHEMA.asInputs(unknown).asInputs(XenRows.DEVICE_INPUTS));
        all.put("pool_busy", RowSchema.ofInputs("seq", "t", "slots"));
        all.put("end", RowSchema.ofInputs("seq", "t", "truncated"));
        return Map.copyOf(all);
    }

    static BoardRecording open(RecordingFile file) {
        XenHeader header;
        XenSurvey survey;
        try (XenRows first = XenRows.open(file.silent())) {
            header = first.header();
            survey = XenSurvey.of(first, header.pageBytes());
        }
        XenRows rows = XenRows.open(file);
        try {
            return new BoardRecording(rows, header, BoardPlatform.open(file, header, survey));
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    @Override
    public @Nullable Row next() {
        return rows.next();
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.ofNullable(schemas.get(rowKind));
    }

    @Override
    public Answer play(Row row) {
        return switch (row.kind()) {
            case "devsel", "dev" -> facts(row);
            case "devsel_mask" -> trial(row);
            case "pool", "pool_segment", "pool_summary", "pool_limit" -> pool.play(row);
            default -> Answer.NOT_ASKED;
        };
    }

    private Answer facts(Row row) {
        String id = row.has("of_path") ? idByNode.get(row.text("of_path")) : row.text("dev");
        if (id == null) {
            return Answer.observed().put("err", "no such device");
        }
        return replay.device(id)
                .map(device -> (Answer) DeviceFacts.of(device))
                .orElseGet(() -> Answer.skipped(replay.whyClosed(id)));
    }

    private Answer trial(Row row) {
        String id = idByNode.get(row.text("of_path"));
        Optional<DmaDevice> device = id == null ? Optional.empty() : replay.device(id);
        if (id == null) {
            return Answer.observed().put("err", "no such device");
        }
        return device.map(found -> (Answer) trials.computeIfAbsent(id, any -> new MaskTrial(replay, found))
                        .play(row))
                .orElseGet(() -> Answer.skipped(replay.whyClosed(id)));
    }

    @Override
    public void close() {
        try (rows) {
            replay.close();
        }
    }
}
