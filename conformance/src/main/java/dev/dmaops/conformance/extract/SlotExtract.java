package dev.dmaops.conformance.extract;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.spi.Refusals;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The slot allocator: where each buffer goes, and the counters after it. */
final class SlotExtract implements Recording {
    private static final RowSchema MAP =
            RowSchema.ofInputs("op", "cpu", "orig", "size", "allocAlignMask").withResults("tlb", "used", "hiwater");
    private static final RowSchema UNMAP = RowSchema.ofInputs("op", "tlb").withResults("used", "hiwater");
    private static final long PAGE = 4096;
    private static final int MOST_CPUS = 4096;
    private static final DmaDirection DIRECTION = DmaDirection.BIDIRECTIONAL;

    private final JsonArrayReader rows;
    private final SlotPlatform platform;
    private final Map<Long, Long> live = new HashMap<>();

    private SlotExtract(JsonArrayReader rows, SlotPlatform platform) {
        this.rows = rows;
        this.platform = platform;
    }

    static SlotExtract open(RecordingFile file, JsonArrayReader rows) {
        PageSet buffers = new PageSet(PAGE);
        int cpus = 1;
        try (JsonArrayReader survey = ExtractKind.reader(file.silent())) {
            for (Row row = survey.next(); row != null; row = survey.next()) {
                if (row.has("orig")) {
                    buffers.add(row.number("orig"), row.number("size"));
                    cpus = Math.max(cpus, row.count("cpu") + 1);
                    if (cpus > MOST_CPUS) {
                        throw row.unusable("cpu", "less than " + MOST_CPUS);
                    }
                }
            }
        }
        return new SlotExtract(rows, SlotPlatform.open(rows.header(), buffers, cpus));
    }

    @Override
    public @Nullable Row next() {
        Row row = rows.next();
        return row == null ? null : row.as(row.text("op"));
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return switch (rowKind) {
            case "map" -> Optional.of(MAP);
            case "unmap" -> Optional.of(UNMAP);
            default -> Optional.empty();
        };
    }

    @Override
    public Answer play(Row row) {
        return row.kind().equals("map") ? map(row) : row.kind().equals("unmap") ? unmap(row) : Answer.NOT_ASKED;
    }

    private Answer map(Row row) {
        platform.replay().cpu(row.count("cpu"));
        long bytes = row.number("size");
        long physical = platform.pool()
                .map(
                        platform.device().state(),
                        row.number("orig"),
                        bytes,
                        row.number("allocAlignMask"),
                        DIRECTION,
                        DmaAttributes.NONE,
                        BounceReason.FORCED_BY_CONFIG);
        boolean full = Refusals.isRefusal(physical);
        if (!full) {
            live.put(physical, bytes);
        }
        return counted(Answer.observed().put("tlb", full ? -1L : physical));
    }

    private Answer unmap(Row row) {
        long physical = row.number("tlb");
        Long bytes = live.remove(physical);
        if (bytes == null) {
            return Answer.skipped("unmap of something that an earlier row did not make here");
        }
        platform.pool().unmap(platform.device().state(), physical, bytes, DIRECTION, DmaAttributes.NONE);
        return counted(Answer.observed());
    }

    private Answer counted(Answer.Observed observed) {
        PoolStatistics counters = platform.pool().statistics();
        return observed.put("used", (long) counters.usedSlots()).put("hiwater", (long) counters.highWaterSlots());
    }

    @Override
    public void close() {
        try (rows) {
            live.forEach((physical, bytes) -> {
                try {
                    platform.pool().unmap(platform.device().state(), physical, bytes, DIRECTION, DmaAttributes.NONE);
                } catch (DmaUsageException gone) {
                    // Its row has been reported.
                }
            });
            platform.close();
        }
    }
}
