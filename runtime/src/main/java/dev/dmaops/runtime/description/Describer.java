package dev.dmaops.runtime.description;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.runtime.configuration.DeviceSettings;
import dev.dmaops.runtime.configuration.KernelSettings;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.NearestNames;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.configuration.Problems;
import dev.dmaops.runtime.configuration.Quantities;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the files that a configuration names, checks that all of it fits together, and describes the system. */
final class Describer {
    private static final KernelVersion DEFAULT_VERSION = KernelVersion.of(6, 12);
    private static final int DEFAULT_CPUS = 4;
    private static final int DEFAULT_CACHE_LINE = 64;
    private static final long DEFAULT_PAGE = 4096;

    private final PlatformConfiguration configuration;
    private final Architecture architecture;
    private final Problems problems;
    private final NamedFiles files;

    private Describer(PlatformConfiguration configuration, Problems problems) {
        this.configuration = configuration;
        this.architecture = configuration.architecture().value();
        this.problems = problems;
        this.files = new NamedFiles(configuration.directory(), problems);
    }

    static PlatformDescription describe(PlatformConfiguration configuration, Problems problems) {
        return new Describer(configuration, problems).describe();
    }

    private PlatformDescription describe() {
        KernelSettings kernel = configuration.kernel();
        Optional<KernelConfig> config = kernel.config().isEmpty()
                ? Optional.of(NamedFiles.builtinConfig(architecture))
                : files.kernelConfig(kernel.config().get(), architecture);
        Optional<DeviceTree> tree = configuration.deviceTree().flatMap(files::deviceTree);
        Optional<BoardTree> board = tree.flatMap(this::board);
        List<DeviceDescription> devices = devices(board);
        problems.throwIfAny();
        Sourced<KernelVersion> version = version(config.orElseThrow());
        SystemDescription system = system(version, kernelFacts(config.get(), version.value()), board);
        problems.throwIfAny();
        return new PlatformDescription(
                configuration,
                system,
                devices,
                configuration.machine().cacheLineBytes().map(Sourced::value).orElse(DEFAULT_CACHE_LINE));
    }

    private Optional<BoardTree> board(DeviceTree tree) {
        try {
            return Optional.of(new BoardTree(tree));
        } catch (FirmwareException e) {
            files.report("devicetree", configuration.deviceTree().orElseThrow().origin(), e);
            return Optional.empty();
        }
    }

    private List<DeviceDescription> devices(Optional<BoardTree> board) {
        Map<String, DeviceDescription> devices = new LinkedHashMap<>();
        board.ifPresent(tree -> tree.devices().forEach(device -> devices.put(device.id(), device)));
        Set<String> described = new HashSet<>();
        for (DeviceSettings settings : configuration.devices()) {
            if (!described.add(settings.id())) {
                problems.add(
                        DmaErrorCode.CONFIGURATION,
                        settings.origin(),
                        "device \"" + settings.id() + "\" is described twice.");
            }
            DeviceDescription known = devices.get(settings.id());
            if (known != null) {
                devices.put(settings.id(), DeviceRefiner.refine(known, settings));
            } else {
                describe(settings, board, devices);
            }
        }
        // A tree that could not be read has reported itself; its devices are not unknown for that.
        boolean complete = board.isPresent() || configuration.deviceTree().isEmpty();
        return new IommuOverlay(
                        configuration.iommu(),
                        architecture,
                        configuration.hypervisor().isXen())
                .apply(List.copyOf(devices.values()), complete ? problems : new Problems());
    }

    private void describe(DeviceSettings settings, Optional<BoardTree> board, Map<String, DeviceDescription> devices) {
        boolean treeMissing = board.isEmpty() && configuration.deviceTree().isPresent();
        if (treeMissing) {
            return;
        }
        if (settings.bus().isEmpty()) {
            List<String> known = List.copyOf(devices.keySet());
            String hint = NearestNames.hint(settings.id(), known);
            problems.add(
                    DmaErrorCode.UNKNOWN_DEVICE,
                    settings.origin(),
                    "devices: " + (board.isPresent() ? "the device tree has no device \"" : "nothing describes \"")
                            + settings.id() + "\". "
                            + (hint.isEmpty() ? "Say bus = pci or bus = platform to describe it here." : hint));
            return;
        }
        Optional<DeviceDescription> function = settings.bus().get().value() == Bus.PCI
                ? board.flatMap(tree -> tree.pciFunction(settings))
                : Optional.empty();
        if (function.isPresent()) {
            devices.put(settings.id(), DeviceRefiner.refine(function.get(), settings));
        } else if (board.isPresent() && settings.bus().get().value() == Bus.PCI) {
            problems.add(
                    DmaErrorCode.UNKNOWN_DEVICE,
                    settings.origin(),
                    "devices: expected the address of a PCI function behind one of the device tree's "
                            + board.get().pciHosts().size()
                            + " host bridges, such as \"0000:01:00.0\", found \"" + settings.id() + "\".");
        } else {
            devices.put(settings.id(), DeviceRefiner.describe(settings, architecture, board.isPresent()));
        }
    }

    private KernelFacts kernelFacts(KernelConfig config, KernelVersion version) {
        try {
            KernelFacts facts = new KernelFacts(config, version);
            String directory = facts.architecture().directory();
            if (!directory.equals(architecture.text())) {
                problems.add(
                        DmaErrorCode.CONTRADICTORY_CONFIG,
                        configuration.architecture().origin(),
                        "platform: expected " + directory + ", for which " + config.origin() + " is made, found "
                                + architecture.text() + ". Change platform or kernel.config.");
                problems.throwIfAny();
            }
            return facts;
        } catch (FirmwareException e) {
            files.report(
                    "kernel.config",
                    configuration.kernel().config().map(Sourced::origin).orElse(configuration.name()),
                    e);
            problems.throwIfAny();
            throw e;
        }
    }

    private Sourced<KernelVersion> version(KernelConfig config) {
        return configuration
                .kernel()
                .version()
                .or(() -> config.version()
                        .map(found -> new Sourced<>(
                                new KernelVersion(found.major(), found.minor(), found.patch()),
                                config.versionOrigin())))
                .orElse(Sourced.byDefault(DEFAULT_VERSION));
    }

    private SystemDescription system(Sourced<KernelVersion> version, KernelFacts facts, Optional<BoardTree> board) {
        MachineSettings machine = configuration.machine();
        List<MemoryRange> ram = RamLayout.of(
                machine, architecture, board.map(BoardTree::ram).orElse(List.of()), board.flatMap(BoardTree::ramStart));
        if (ram.isEmpty()) {
            problems.add(
                    DmaErrorCode.CONFIGURATION,
                    configuration.name(),
                    "machine.memory is missing: expected a size such as 4GiB, because "
                            + (board.isPresent()
                                    ? "the device tree leaves RAM to boot firmware."
                                    : "nothing else says how much RAM there is."));
        }
        return new SystemDescription(
                configuration.architecture(),
                version,
                facts,
                commandLine(board),
                hypervisor(facts),
                configuration.encryption(),
                ram,
                Optional.empty(),
                board.flatMap(BoardTree::dmaLimit),
                cpus(board),
                pageBytes(facts),
                configuration.policy().policy());
    }

    /** A kernel without the code for them has no use for address space without RAM. */
    private Hypervisor hypervisor(KernelFacts facts) {
        Hypervisor said = configuration.hypervisor();
        return said.isXen() && !facts.enabled("XEN_UNPOPULATED_ALLOC") ? said.withoutUnpopulatedPages() : said;
    }

    private Sourced<String> commandLine(Optional<BoardTree> board) {
        Sourced<String> line = configuration
                .kernel()
                .commandLine()
                .or(() -> board.flatMap(BoardTree::bootArguments))
                .orElse(Sourced.byDefault(""));
        try {
            KernelCommandLine.parse(line.value());
        } catch (FirmwareException e) {
            problems.add(DmaErrorCode.CONFIGURATION, line.origin(), "kernel.cmdline: " + e.getMessage());
        }
        return line;
    }

    private Sourced<Integer> cpus(Optional<BoardTree> board) {
        return configuration
                .machine()
                .cpus()
                .or(() -> board.flatMap(BoardTree::cpus))
                .orElse(Sourced.byDefault(DEFAULT_CPUS));
    }

    private long pageBytes(KernelFacts facts) {
        Optional<Sourced<Long>> said = configuration.machine().pageBytes();
        Optional<Sourced<Long>> built = facts.pageBytes();
        if (said.isPresent()
                && built.isPresent()
                && !said.get().value().equals(built.get().value())) {
            problems.add(
                    DmaErrorCode.CONTRADICTORY_CONFIG,
                    said.get().origin(),
                    "machine.page-size: expected " + Quantities.text(built.get().value())
                            + ", for which the kernel is built (" + built.get().origin() + "), found "
                            + Quantities.text(said.get().value()) + ". Change it, or give another kernel.config.");
        }
        return said.or(() -> built).map(Sourced::value).orElse(DEFAULT_PAGE);
    }
}
