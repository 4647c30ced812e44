package dev.dmaops.conformance.extract;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.MapResult;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.Refused;
import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedHost;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.ForeignPages;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pages of other domains in an Arm dom0: which can be added, and what a device may use as it is.
 *
 * <p>Two devices of an opened platform, one that snoops and one that does not, get the mask and the bus limit of the row. Whether
 * the architecture objects is what a device without limits finds out with one byte; the rest is asked of the mapping itself, of its
 * device and of the platform's frames.
 */
final class ForeignExtract implements Recording {
    private static final RowSchema SET =
            RowSchema.ofInputs("op", "pfn", "mfn", "nr").withResults("ok");
    private static final RowSchema MAP = RowSchema.ofInputs("op", "phys", "size", "mask", "busLimit", "coherent")
            .withResults("devAddr", "capable", "straddles", "archNeeds", "bounce");
    private static final String SNOOPS = "extract";
    private static final String SNOOPS_NOT = "extract-noncoherent";
    private static final long PAGE = 4096;
    private static final DmaDirection DIRECTION = DmaDirection.TO_DEVICE;

    /** RAM for the kernel and its pool: frames that no row names are local all the same. */
    private static final MemoryRange OWN = new MemoryRange(0x4000_0000, 0x4000_0000);

    private final JsonArrayReader rows;
    private final ReplayPlatform replay;
    private final BusFrames frames;
    private final ForeignPages foreign;

    private ForeignExtract(JsonArrayReader rows, ReplayPlatform replay) {
        this.rows = rows;
        this.replay = replay;
        frames = replay.hook(BusFrames.class).orElseThrow();
        foreign = replay.hook(ForeignPages.class).orElseThrow();
    }

    static ForeignExtract open(RecordingFile file, JsonArrayReader rows) {
        PageSet places = new PageSet(PAGE);
        try (JsonArrayReader survey = ExtractKind.reader(file.silent())) {
            for (Row row = survey.next(); row != null; row = survey.next()) {
                if (row.has("phys")) {
                    places.add(row.number("phys"), row.number("size"));
                }
            }
        }
        return new ForeignExtract(rows, platform(rows.header().flag("cflush"), places.without(OWN)));
    }

    private static ReplayPlatform platform(boolean cacheFlush, List<MemoryRange> places) {
        ReplayedFrames answers = new ReplayedFrames();
        long first = OWN.start() >>> BusFrames.SHIFT;
        answers.ram(first, first, OWN.bytes() >>> BusFrames.SHIFT);
        if (cacheFlush) {
            answers.offerCacheFlush();
        }
        PlatformDescription description = PlatformDescription.of(PlatformConfiguration.builder(Architecture.ARM64)
                .name(SNOOPS)
                .commandLine("")
                .hypervisor(new Hypervisor(
                        Hypervisor.Kind.XEN_ARM,
                        true,
                        Optional.empty(),
                        Optional.of(true),
                        Optional.of(false),
                        false,
                        cacheFlush,
                        SNOOPS))
                .machine(new MachineSettings(
                        Sourced.byDefault("sim"),
                        Optional.empty(),
                        List.of(Sourced.byDefault(OWN)),
                        Optional.of(Sourced.byDefault(PAGE)),
                        Optional.of(Sourced.byDefault(1)),
                        Optional.empty(),
                        Sourced.byDefault(1L),
                        List.of()))
                .device(SNOOPS, device -> device.bus(Bus.PLATFORM).coherent(true))
                .device(SNOOPS_NOT, device -> device.bus(Bus.PLATFORM).coherent(false))
                .build());
        return ReplayPlatform.open(ReplayedSystem.of(description).above(new ReplayedHost(answers, places)));
    }

    @Override
    public @Nullable Row next() {
        Row row = rows.next();
        return row == null ? null : row.as(row.text("op"));
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return switch (rowKind) {
            case "set" -> Optional.of(SET);
            case "map" -> Optional.of(MAP);
            default -> Optional.empty();
        };
    }

    @Override
    public Answer play(Row row) {
        return switch (row.kind()) {
            case "set" -> set(row);
            case "map" -> map(row);
            default -> Answer.NOT_ASKED;
        };
    }

    private Answer set(Row row) {
        long pfn = row.number("pfn");
        long mfn = row.number("mfn");
        return Answer.observed()
                .put(
                        "ok",
                        mfn == BusFrames.NO_FRAME ? foreign.unmapped(pfn) : foreign.mapped(pfn, mfn, row.number("nr")));
    }

    private Answer map(Row row) {
        DmaDevice device =
                replay.device(row.flag("coherent") ? SNOOPS : SNOOPS_NOT).orElseThrow();
        device.setConstraints(DmaConstraints.DEFAULT);
        long physical = row.number("phys");
        long bytes = row.number("size");
        long bus = frames.toBusAddress(physical);
        limit(device, -1L, 0);
        boolean objects = bounces(device, physical, 1, bus);
        limit(device, row.bareHex("mask"), row.bareHex("busLimit"));
        return Answer.observed()
                .put("devAddr", bus)
                .put("capable", device.state().reaches(bus, bytes))
                .put("straddles", frames.straddles(physical, bytes))
                .put("archNeeds", objects)
                .put("bounce", bounces(device, physical, bytes, bus));
    }

    private static void limit(DmaDevice device, long mask, long busLimit) {
        device.state().streamingMask(mask);
        device.state().busLimit(busLimit);
        device.refreshWindow();
    }

    /** Refusals come after the attempt to bounce: a device takes whatever it reaches. */
    private static boolean bounces(DmaDevice device, long physical, long bytes, long bus) {
        MapResult result = device.tryMap(new PhysicalAddress(physical), bytes, DIRECTION, DmaAttributes.NONE);
        return switch (result) {
            case Refused refused -> true;
            case Mapped(DmaMapping mapping) -> {
                boolean bounced = mapping.bounced();
                if (!bounced && mapping.dmaAddress().value() != bus) {
                    throw new IllegalStateException("neither bounced nor at the buffer's bus address: " + mapping);
                }
                mapping.close();
                yield bounced;
            }
        };
    }

    @Override
    public void close() {
        try (rows) {
            replay.close();
        }
    }
}
