package dev.dmaops.conformance.extract;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.spi.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Partial copies between buffer and slots: which bytes went where, found out by looking at the bytes. */
final class SyncExtract implements Recording {
    private static final RowSchema CASE = RowSchema.ofInputs("orig", "size", "allocAlignMask")
            .withResults("tlb", "syncs")
            .ignoring("syncs[].tlbAddr", "syncs[].len", "syncs[].dir");
    private static final long PAGE = 4096;

    private final JsonArrayReader rows;
    private final SlotPlatform platform;

    private SyncExtract(JsonArrayReader rows, SlotPlatform platform) {
        this.rows = rows;
        this.platform = platform;
    }

    static SyncExtract open(RecordingFile file, JsonArrayReader rows) {
        PageSet buffers = new PageSet(PAGE);
        try (JsonArrayReader survey = ExtractKind.reader(file.silent())) {
            for (Row row = survey.next(); row != null; row = survey.next()) {
                long margin = CopyWatch.margin(row.number("allocAlignMask"));
                buffers.add(row.number("orig") - margin, row.number("size") + 2 * margin);
            }
        }
        return new SyncExtract(rows, SlotPlatform.open(rows.header(), buffers, 1));
    }

    @Override
    public @Nullable Row next() {
        return rows.next();
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.of(CASE);
    }

    @Override
    public Answer play(Row row) {
        long orig = row.number("orig");
        long bytes = row.number("size");
        long tlb = platform.pool()
                .map(
                        platform.device().state(),
                        orig,
                        bytes,
                        row.number("allocAlignMask"),
                        DmaDirection.BIDIRECTIONAL,
                        DmaAttributes.NONE,
                        BounceReason.FORCED_BY_CONFIG);
        if (Refusals.isRefusal(tlb)) {
            return Answer.observed().put("tlb", -1L);
        }
        List<Map<String, Object>> syncs = new ArrayList<>();
        for (Row sync : row.rows("syncs")) {
            syncs.add(play(sync, new CopyWatch(platform, orig, tlb, bytes, row.number("allocAlignMask"))));
        }
        platform.pool()
                .unmap(platform.device().state(), tlb, bytes, DmaDirection.BIDIRECTIONAL, DmaAttributes.SKIP_CPU_SYNC);
        return Answer.observed().put("tlb", tlb).put("syncs", syncs);
    }

    private Map<String, Object> play(Row sync, CopyWatch watch) {
        long at = sync.number("tlbAddr");
        long length = sync.number("len");
        boolean toDevice = switch (sync.text("dir")) {
            case "TO_DEVICE" -> true;
            case "FROM_DEVICE" -> false;
            default -> throw sync.unusable("dir", "TO_DEVICE or FROM_DEVICE");
        };
        CopyWatch.Copy copy = watch.during(toDevice, () -> {
            if (toDevice) {
                platform.pool().syncForDevice(platform.device().state(), at, length, DmaDirection.TO_DEVICE);
            } else {
                platform.pool().syncForCpu(platform.device().state(), at, length, DmaDirection.FROM_DEVICE);
            }
        });
        return Map.of(
                "src", copy.source(),
                "dst", copy.target(),
                "copied", copy.bytes(),
                "overflowWarn", copy.bytes() < length);
    }

    @Override
    public void close() {
        try (rows) {
            platform.close();
        }
    }
}
