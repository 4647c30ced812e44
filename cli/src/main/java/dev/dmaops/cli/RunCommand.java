package dev.dmaops.cli;

import dev.dmaops.cli.scene.IommuComparison;
import dev.dmaops.cli.scene.IommuComparisonText;
import dev.dmaops.cli.scene.Scene;
import dev.dmaops.cli.scene.SceneJson;
import dev.dmaops.cli.scene.ScenePlayer;
import dev.dmaops.cli.scene.SceneReport;
import dev.dmaops.cli.scene.SceneText;
import dev.dmaops.cli.scene.Tour;
import dev.dmaops.cli.workload.WorkloadSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmaops run}: moves bytes through every device and checks them. */
@Command(
        name = "run",
        description =
                "Opens a platform on the simulated machine, drives DMA through every device with its backend, and checks"
                        + " every byte on both sides. Without CONFIG: a tour of scenes that come with the command.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmaops run examples/raspberry-pi-4.conf --devices '*.mmc' --seconds 5"})
@SuppressWarnings("NullAway.Init") // set by picocli
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "CONFIG",
            arity = "0..1",
            description =
                    "Configuration of the platform; its workload says what is done with the devices (default: mixed).")
    private Optional<Path> configuration;

    @Option(names = "--ops", paramLabel = "N", description = "Operations for each device (default: 400).")
    private Optional<Integer> operations;

    @Option(names = "--seconds", paramLabel = "S", description = "How long each scene is driven, instead of --ops.")
    private Optional<Double> seconds;

    @Option(names = "--seed", paramLabel = "S", description = "What the operations are drawn from (default: 1).")
    private Optional<Long> seed;

    @Option(names = "--devices", paramLabel = "GLOB", description = "Devices to drive, such as '*.mmc' (default: all).")
    private Optional<String> devices;

    @Option(
            names = "--compare-iommu",
            description =
                    "Does the same operations twice, without an IOMMU and with one, and compares maps, copies and time."
                            + " Where CONFIG puts no device behind an IOMMU, all are.")
    private boolean compareIommu;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (compareIommu) {
            return compare();
        }
        List<SceneReport> reports =
                configuration.map(file -> play(List.of(Scene.of(file)))).orElseGet(this::tour);
        requireDevices(reports);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(SceneJson.of(reports));
        } else {
            out.print(SceneText.total(reports));
        }
        out.flush();
        boolean clean = reports.stream().allMatch(SceneReport::isClean);
        return (clean ? ExitCode.FINE : ExitCode.FINDINGS).number();
    }

    private int compare() {
        Path file = configuration.orElseThrow(() -> new ParameterException(
                spec.commandLine(),
                "--compare-iommu needs a configuration: expected CONFIG, found none. Try examples/pc-iommu.conf."));
        Scene scene = Scene.of(file);
        IommuComparison comparison;
        try (ProgressLine progress = ProgressLine.start(scene.name())) {
            comparison = IommuComparison.play(
                    scene, new ScenePlayer(settings(), devices.map(RunCommand::glob), progress::step));
        }
        requireDevices(List.of(comparison.without()));
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? SceneJson.ofComparisons(List.of(comparison)) : IommuComparisonText.of(comparison));
        out.flush();
        return (comparison.isClean() ? ExitCode.FINE : ExitCode.FINDINGS).number();
    }

    private void requireDevices(List<SceneReport> reports) {
        if (reports.stream().allMatch(report -> report.devices().isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(),
                    devices.map(glob -> "no device matches --devices " + glob + ". explain lists the devices.")
                            .orElse("there is no device to drive. Describe one under devices, or name a devicetree."));
        }
    }

    private List<SceneReport> tour() {
        try (Tour tour = Tour.open()) {
            return play(tour.scenes());
        }
    }

    private List<SceneReport> play(List<Scene> scenes) {
        WorkloadSettings settings = settings();
        List<SceneReport> reports = new ArrayList<>();
        for (Scene scene : scenes) {
            try (ProgressLine progress = ProgressLine.start(scene.name())) {
                reports.add(new ScenePlayer(settings, devices.map(RunCommand::glob), progress::step).play(scene));
            }
            if (!json) {
                spec.commandLine().getOut().println(SceneText.of(reports.getLast()));
            }
        }
        return reports;
    }

    private WorkloadSettings settings() {
        int count = operations.orElse(WorkloadSettings.DEFAULT.operations());
        double time = seconds.orElse(0.0);
        if (count < 1 || time < 0 || (operations.isPresent() && seconds.isPresent())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected --ops of at least 1 or --seconds of more than 0, found "
                            + operations.map(n -> "--ops " + n + " ").orElse("")
                            + seconds.map(s -> "--seconds " + s).orElse("") + ".");
        }
        return new WorkloadSettings(count, time, seed.orElse(WorkloadSettings.DEFAULT.seed()));
    }

    private static Predicate<String> glob(String glob) {
        return Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"))
                .asMatchPredicate();
    }
}
