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
import dev.dmaops.machine.sim.iommu.SimDomain;
import dev.dmaops.runtime.configuration.IommuSettings;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The layout of scatter lists behind an IOMMU. Where a list begins is an input: the device's mask ends right behind the list, so that
 * the highest free addresses are the recorded ones. How the kernel's pass stretches single entries does not show from outside.
 */
final class ScatterExtract implements Recording {
    private static final RowSchema CASE = RowSchema.ofInputs("segBoundary", "maxSeg", "in", "iovaBase", "layoutLengths")
            .withResults("iovaLen", "ret", "out");
    private static final String ID = "0000:00:01.0";
    private static final long SMALL_PAGE = 4096;
    private static final List<Long> PAGES = List.of(SMALL_PAGE, 16384L, 65536L);
    private static final long RAM = 64L << 30;
    private static final long FIRST_ENTRY = 1L << 28;
    private static final long ENTRY_DISTANCE = 16L << 20;

    private final JsonArrayReader rows;
    private final long page;

    ScatterExtract(JsonArrayReader rows) {
        this.rows = rows;
        page = rows.header().number("granule");
        if (!PAGES.contains(page)) {
            throw rows.header().unusable("granule", "4096, 16384 or 65536");
        }
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
        try (ReplayPlatform replay = ReplayPlatform.open(ReplayedSystem.of(description()))) {
            Optional<DmaDevice> device = replay.device(ID);
            return device.isEmpty() ? Answer.skipped(replay.whyClosed(ID)) : map(replay, device.get(), row);
        }
    }

    /** Only Arm has kernels with larger pages, and IOMMUs that follow them. */
    private PlatformDescription description() {
        boolean small = page == SMALL_PAGE;
        return PlatformDescription.of(PlatformConfiguration.builder(small ? Architecture.X86 : Architecture.ARM64)
                .name("extract")
                .commandLine(small ? "intel_iommu=on iommu.strict=1" : "iommu.strict=1")
                .machine(new MachineSettings(
                        Sourced.byDefault("sim"),
                        Optional.of(Sourced.byDefault(RAM)),
                        List.of(),
                        Optional.of(Sourced.byDefault(page)),
                        Optional.empty(),
                        Optional.empty(),
                        Sourced.byDefault(1L),
                        List.of()))
                .iommu(new IommuSettings(
                        Sourced.byDefault(true),
                        List.of(Sourced.byDefault(ID)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .device(ID, device -> device.bus(Bus.PCI))
                .build());
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
                    .put("out", List.of());
        }
        long mapped = replay.machine().iommu().domain(ID) instanceof SimDomain domain ? domain.mappedBytes() : 0;
        List<Map<String, Object>> out = new ArrayList<>();
        for (int i = 0; i < segments; i++) {
            out.add(Map.of("dma", list.dmaAddress(i), "len", list.dmaBytes(i)));
        }
        device.unmapScatter(list, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        return Answer.observed()
                .put("ret", (long) segments)
                .put("iovaLen", mapped)
                .put("out", out);
    }

    @Override
    public void close() {
        rows.close();
    }
}
