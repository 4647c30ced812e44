package dev.dmaops.conformance.extract;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The allocator of IO virtual addresses: each allocation is a mapping under a mask that ends with the last frame allowed. */
final class IovaExtract implements Recording {
    private static final RowSchema ALLOCATE =
            RowSchema.ofInputs("op", "pages", "limitPfn", "flushRcache").withResults("pfn");
    private static final RowSchema FREE = RowSchema.ofInputs("op", "pfn", "pages");
    private static final DmaDirection DIRECTION = DmaDirection.BIDIRECTIONAL;
    private static final long BUFFER = 1L << 28;
    private static final int MOST_CPUS = 4096;

    private final JsonArrayReader rows;
    private final ReplayPlatform replay;
    private final DmaDevice device;
    private final long granule;
    private final Map<Long, Long> live = new HashMap<>();

    private IovaExtract(JsonArrayReader rows, ReplayPlatform replay, long granule) {
        this.rows = rows;
        this.replay = replay;
        this.granule = granule;
        device = replay.device(IommuSystem.ID)
                .orElseThrow(() -> new IllegalStateException(replay.whyClosed(IommuSystem.ID)));
    }

    static IovaExtract open(JsonArrayReader rows) {
        Row header = rows.header();
        long granule = IommuSystem.granule(header);
        int cpus = header.count("onlineCpus");
        if (cpus == 0 || cpus > MOST_CPUS) {
            throw header.unusable("onlineCpus", "1 to " + MOST_CPUS);
        }
        return new IovaExtract(
                rows,
                ReplayPlatform.open(ReplayedSystem.of(IommuSystem.describe(granule, cpus))
                        .behind(Map.of(IommuSystem.ID, geometry(header, granule)))),
                granule);
    }

    private static IommuGeometry geometry(Row header, long granule) {
        List<IommuReservedRegion> reserved = new ArrayList<>();
        for (Object item : header.list("reserved")) {
            if (!(item instanceof List<?> range)
                    || range.size() != 2
                    || !(range.getFirst() instanceof Long first)
                    || !(range.getLast() instanceof Long last)
                    || first < 0
                    || last < first
                    || last >= Long.MAX_VALUE / granule) {
                throw header.unusable("reserved", "pairs of a first and a last frame");
            }
            reserved.add(new IommuReservedRegion(
                    new MemoryRange(first * granule, (last - first + 1) * granule), IommuReservedRegion.Kind.RESERVED));
        }
        return IommuGeometry.of(Hardware.SMMU, granule)
                .withAperture(header.number("startPfn") * granule, -1L)
                .withReserved(reserved);
    }

    @Override
    public @Nullable Row next() {
        Row row = rows.next();
        return row == null ? null : row.as(row.text("op"));
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return switch (rowKind) {
            case "alloc" -> Optional.of(ALLOCATE);
            case "free" -> Optional.of(FREE);
            default -> Optional.empty();
        };
    }

    @Override
    public Answer play(Row row) {
        return switch (row.kind()) {
            case "alloc" -> allocate(row);
            case "free" -> free(row);
            default -> Answer.NOT_ASKED;
        };
    }

    private Answer allocate(Row row) {
        device.state().reclaimsIova(row.flag("flushRcache"));
        device.state().streamingMask(row.number("limitPfn") * granule + granule - 1);
        long bytes = row.number("pages") * granule;
        long dma = device.mapSingle(BUFFER, bytes, DIRECTION, DmaAttributes.NONE);
        if (dma == DmaDevice.MAPPING_ERROR) {
            return Answer.observed().put("pfn", 0L);
        }
        live.put(dma, bytes);
        return Answer.observed().put("pfn", dma / granule);
    }

    private Answer free(Row row) {
        long dma = row.number("pfn") * granule;
        Long bytes = live.remove(dma);
        if (bytes == null) {
            return Answer.skipped("free of something that an earlier row did not make here");
        }
        device.unmapSingle(dma, bytes, DIRECTION, DmaAttributes.NONE);
        return Answer.observed();
    }

    @Override
    public void close() {
        try (rows) {
            device.setStreamingMask(DmaMask.ALL);
            live.forEach((dma, bytes) -> {
                try {
                    device.unmapSingle(dma, bytes, DIRECTION, DmaAttributes.NONE);
                } catch (DmaUsageException gone) {
                    // Its row has been reported.
                }
            });
            replay.close();
        }
    }
}
