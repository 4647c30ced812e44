package dev.dmaops.conformance.extract;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.spi.IommuDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The layout of scatter lists behind an IOMMU. Where a list begins is an input: the device's mask ends right behind the list, so that
 * the highest free addresses are the recorded ones. How far each entry was stretched shows in the tables: what a device reaches of it.
 */
final class ScatterExtract implements Recording {
    private static final RowSchema CASE = RowSchema.ofInputs("segBoundary", "maxSeg", "in", "iovaBase")
            .withResults("iovaLen", "layoutLengths", "ret", "out");
    private static final long FIRST_ENTRY = 1L << 28;
    private static final long ENTRY_DISTANCE = 16L << 20;

    private final JsonArrayReader rows;
    private final long page;

    ScatterExtract(JsonArrayReader rows) {
        this.rows = rows;
        page = IommuSystem.granule(rows.header());
    }

    @Override
    public @Nullable Row next() {
        return rows.next();
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.of(CASE);
    }

    /** Every case has a platform of its own, so that its addresses are all free. */
    @Override
    public Answer play(Row row) {
        try (ReplayPlatform replay = ReplayPlatform.open(ReplayedSystem.of(IommuSystem.describe(page, 1)))) {
            Optional<DmaDevice> device = replay.device(IommuSystem.ID);
            return device.isEmpty() ? Answer.skipped(replay.whyClosed(IommuSystem.ID)) : map(replay, device.get(), row);
        }
    }

    private Answer map(ReplayPlatform replay, DmaDevice device, Row row) {
        ScatterList list = new ScatterList();
        List<Row> entries = row.rows("in");
        for (int i = 0; i < entries.size(); i++) {
            list.addPhysical(
                    FIRST_ENTRY + i * ENTRY_DISTANCE + entries.get(i).number("offset"),
                    entries.get(i).number("length"));
        }
        long pages = Math.max(1, row.number("iovaLen") / page);
        long room = page * (Long.highestOneBit(pages) == pages ? pages : Long.highestOneBit(pages) << 1);
        device.setStreamingMask(new DmaMask(row.number("iovaBase") + room - 1));
        device.setConstraints(new DmaConstraints(row.number("maxSeg"), row.bareHex("segBoundary"), 0));
        int segments = device.mapScatter(list, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        Refused refusal = list.refusal();
        if (refusal != null) {
            return Answer.observed()
                    .put("ret", (long) refusal.linuxErrno())
                    .put("iovaLen", 0L)
                    .put("layoutLengths", List.of())
                    .put("out", List.of());
        }
        List<Long> stretched =
                stretched(replay.machine().iommu().domain(IommuSystem.ID), row.number("iovaBase"), entries.size());
        List<Map<String, Object>> out = new ArrayList<>();
        for (int i = 0; i < segments; i++) {
            out.add(Map.of("dma", list.dmaAddress(i), "len", list.dmaBytes(i)));
        }
        device.unmapScatter(list, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        return Answer.observed()
                .put("ret", (long) segments)
                .put("iovaLen", stretched.stream().mapToLong(Long::longValue).sum())
                .put("layoutLengths", stretched)
                .put("out", out);
    }

    /** How many bytes of each entry the tables have, entry after entry from the first address on. */
    private List<Long> stretched(IommuDomain domain, long base, int entries) {
        long[] bytes = new long[entries];
        long iova = base;
        long physical = domain.translate(iova);
        while (physical != IommuDomain.NOT_MAPPED) {
            bytes[(int) ((physical - FIRST_ENTRY) / ENTRY_DISTANCE)] += page;
            iova += page;
            physical = domain.translate(iova);
        }
        return LongStream.of(bytes).boxed().toList();
    }

    @Override
    public void close() {
        rows.close();
    }
}
