package dev.dmaops.conformance.xen;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.PoolKind;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.PoolState;
import java.util.Map;
import java.util.Optional;

/** Rows about the pool: its geometry, and its segments of 128 slots. */
final class PoolRows {
    private static final long SEGMENT_SLOTS = 128;

    static final Map<String, RowSchema> SCHEMAS = Map.of(
            "pool",
                    RowSchema.ofInputs("seq", "t", "start", "segment_pages", "runs")
                            .withResults(
                                    "present",
                                    "end",
                                    "nslabs",
                                    "nareas",
                                    "area_nslabs",
                                    "late_alloc",
                                    "force_bounce",
                                    "area0_used",
                                    "area0_index"),
            "pool_segment",
                    RowSchema.ofInputs("seq", "t", "i").withResults("pfn", "bfn", "contiguous", "bfn_segment_aligned"),
            "pool_summary",
                    RowSchema.ofInputs("seq", "t").withResults("segments", "contiguous", "aligned", "follows_previous"),
            "pool_limit", RowSchema.ofInputs("seq", "t").withResults("last_byte_phys", "last_byte_machine"));

    private final ReplayPlatform replay;
    private final Optional<BouncePool> pool;
    private final long page;

    PoolRows(ReplayPlatform replay, Optional<BouncePool> pool, long page) {
        this.replay = replay;
        this.pool = pool;
        this.page = page;
    }

    Answer play(Row row) {
        return switch (row.kind()) {
            case "pool" ->
                pool.map(this::geometry).orElseGet(() -> Answer.observed().put("present", false));
            case "pool_segment" ->
                pool.map(there -> segment(there, row.number("i"))).orElseGet(() -> Answer.observed());
            case "pool_summary" -> pool.map(this::summary).orElseGet(() -> Answer.observed());
            default -> pool.map(this::limit).orElseGet(() -> Answer.observed());
        };
    }

    private Answer geometry(BouncePool there) {
        PoolState state = there.state();
        boolean late = replay.platform().choices().stream()
                .map(BackendChoice::pool)
                .anyMatch(kind -> kind == PoolKind.DEFAULT_LATE || kind == PoolKind.DEFAULT_LATE_XEN_REMAPPED);
        return Answer.observed()
                .put("present", true)
                .put("end", Values.hex(there.start() + there.bytes()))
                .put("nslabs", (long) state.slots())
                .put("nareas", (long) state.areas().size())
                .put("area_nslabs", (long) state.areaSlots())
                .put("late_alloc", late)
                .put("force_bounce", there.forced())
                .put("area0_used", (long) state.areas().getFirst().used())
                .put("area0_index", (long) state.areas().getFirst().index());
    }

    private long segmentPages() {
        return SEGMENT_SLOTS * 2048 / page;
    }

    private long firstFrame(BouncePool there, long segment) {
        return there.start() / page + segment * segmentPages();
    }

    private boolean isContiguous(BouncePool there, long segment) {
        long first = firstFrame(there, segment);
        for (long i = 1; i < segmentPages(); i++) {
            if (replay.busFrame(first + i) != replay.busFrame(first) + i) {
                return false;
            }
        }
        return true;
    }

    private boolean isAligned(BouncePool there, long segment) {
        return replay.busFrame(firstFrame(there, segment)) % segmentPages() == 0;
    }

    private Answer.Observed segment(BouncePool there, long segment) {
        long first = firstFrame(there, segment);
        return Answer.observed()
                .put("pfn", first)
                .put("bfn", Values.unsigned(replay.busFrame(first)))
                .put("contiguous", isContiguous(there, segment))
                .put("bfn_segment_aligned", isAligned(there, segment));
    }

    private Answer.Observed summary(BouncePool there) {
        long segments = there.bytes() / (SEGMENT_SLOTS * 2048);
        long contiguous = 0;
        long aligned = 0;
        long follows = 0;
        for (long i = 0; i < segments; i++) {
            contiguous += isContiguous(there, i) ? 1 : 0;
            aligned += isAligned(there, i) ? 1 : 0;
            if (i > 0 && replay.busFrame(firstFrame(there, i)) == replay.busFrame(firstFrame(there, i) - 1) + 1) {
                follows++;
            }
        }
        return Answer.observed()
                .put("segments", segments)
                .put("contiguous", contiguous)
                .put("aligned", aligned)
                .put("follows_previous", follows);
    }

    private Answer.Observed limit(BouncePool there) {
        long last = there.start() + there.bytes() - 1;
        return Answer.observed()
                .put("last_byte_phys", Values.hex(last))
                .put("last_byte_machine", Values.hex(replay.busFrame(last / page) * page + last % page));
    }
}
