package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedHost;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Malformed;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens a board: its tree, Debian's arm64 kernel, and under Xen the RAM that dom0 got. */
final class BoardPlatform {
    /** The device that the recorded module made by hand, without any firmware. */
    static final String BY_HAND = "xdo-plain";

    private static final Pattern SCENARIO = Pattern.compile("sel_(.+)_([a-z]+)");

    private BoardPlatform() {}

    static ReplayPlatform open(RecordingFile file, XenHeader header, XenSurvey survey) {
        RecordingFile tree = tree(file, header);
        PlatformConfiguration configuration = PlatformConfiguration.builder(header.architecture())
                .name(header.scenario())
                .kernel(header.kernel())
                .commandLine("")
                .hypervisor(header.hypervisor())
                .deviceTree(tree.path().toAbsolutePath().toString())
                .machine(machine(header, survey))
                .device(BY_HAND, device -> device.bus(Bus.PLATFORM))
                .build();
        PlatformDescription description = PlatformDescription.of(configuration);
        ReplayedSystem system = ReplayedSystem.of(description);
        system = survey.late()
                ? system.withLatePool(survey.pool()).keeping(survey.allocated().ranges())
                : system.withPool(survey.pool())
                        .keeping(survey.pool().map(survey.allocated()::without).orElseGet(survey.allocated()::ranges));
        return ReplayPlatform.open(header.hypervisor().isXen() ? system.above(host(description, header)) : system);
    }

    /** A domain whose frames are where the machine's are, and that has no pages of others. */
    private static ReplayedHost host(PlatformDescription description, XenHeader header) {
        ReplayedFrames frames = new ReplayedFrames();
        if (header.hypervisor().cacheFlush()) {
            frames.offerCacheFlush();
        }
        for (MemoryRange range : description.system().ram()) {
            long first = range.start() >>> BusFrames.SHIFT;
            frames.ram(first, first, range.bytes() >>> BusFrames.SHIFT);
        }
        return new ReplayedHost(frames, List.of());
    }

    private static RecordingFile tree(RecordingFile file, XenHeader header) {
        Matcher name = SCENARIO.matcher(header.scenario());
        if (!name.matches()) {
            throw Malformed.at(
                    file.path().toString(), "scenario", "sel_BOARD_MODE", Malformed.quote(header.scenario()));
        }
        RecordingFile tree = file.sibling(name.group(1) + "." + name.group(2) + ".dtb");
        if (!tree.exists()) {
            throw Malformed.at(
                    file.path().toString(), "device tree", tree.name() + " beside the recording", "no such file");
        }
        return tree;
    }

    private static MachineSettings machine(XenHeader header, XenSurvey survey) {
        List<MemoryRange> ram = header.hypervisor().isXen() ? XenRam.of(header, survey.named()) : List.of();
        return new MachineSettings(
                Sourced.byDefault("sim"),
                Optional.empty(),
                ram.stream().map(range -> new Sourced<>(range, "recording")).toList(),
                Optional.of(new Sourced<>(header.pageBytes(), "recording header")),
                Optional.of(new Sourced<>(header.cpus(), "recording header")),
                Optional.of(Sourced.byDefault(64)),
                Sourced.byDefault(1L),
                List.of());
    }
}
