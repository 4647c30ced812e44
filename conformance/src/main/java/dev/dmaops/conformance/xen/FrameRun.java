package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.Values;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Neighbouring frames with neighbouring frames on the bus.
 *
 * @param pfn the kernel's first frame
 * @param bfn the first frame on the bus
 * @param length frames
 */
record FrameRun(long pfn, long bfn, long length) {
    private static final int MOST = 1 << 22;

    /** The runs of a row's field. */
    static List<FrameRun> of(Row row, String field) {
        List<FrameRun> runs = new ArrayList<>();
        for (Object item : row.list(field)) {
            if (!(item instanceof List<?> parts) || parts.size() != 3) {
                throw row.unusable(field, "runs of pfn, bfn and length");
            }
            FrameRun run = new FrameRun(
                    number(row, field, parts.get(0)),
                    number(row, field, parts.get(1)),
                    number(row, field, parts.get(2)));
            if (run.length <= 0 || run.length > MOST || run.pfn < 0) {
                throw row.unusable(field, "runs of 1 to " + MOST + " frames");
            }
            runs.add(run);
        }
        return runs;
    }

    private static long number(Row row, String field, Object value) {
        return switch (value) {
            case Long number -> number;
            case BigInteger number when Values.fits64(number) -> number.longValue();
            default -> throw row.unusable(field, "whole numbers of at most 64 bits");
        };
    }

    /** The frames on the bus, one by one. */
    static long[] frames(List<FrameRun> runs) {
        return runs.stream()
                .flatMapToLong(run -> LongStream.range(run.bfn, run.bfn + run.length))
                .toArray();
    }

    /** As recordings write it. */
    List<Object> value() {
        return List.of(pfn, Values.unsigned(bfn), length);
    }
}
