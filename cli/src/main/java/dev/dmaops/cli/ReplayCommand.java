package dev.dmaops.cli;

import dev.dmaops.cli.replay.ConfiguredPool;
import dev.dmaops.cli.replay.ReplayPage;
import dev.dmaops.cli.replay.ReplayText;
import dev.dmaops.cli.replay.TraceInput;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.trace.ReplayReport;
import dev.dmaops.trace.TraceReplay;
import dev.dmaops.trace.event.TraceFile;
import dev.dmaops.trace.setup.PoolFacts;
import dev.dmaops.trace.setup.ReplayOptions;
import dev.dmaops.trace.setup.TraceSetup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmaops replay}: a trace through the bounce pool. */
@Command(
        name = "replay",
        description = {
            "Replays an ftrace capture of dma:* and swiotlb:* events through the bounce pool: how full it gets, what it refuses"
                    + " first, the smallest pool that is enough and the boot argument for it, each device's share, run lengths,"
                    + " suspected leaks. What the options below do not say comes from NAME.meta.json beside the trace, else it is"
                    + " inferred from the trace's addresses."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmaops replay --slots 65536 /sys/kernel/tracing/trace"})
@SuppressWarnings("NullAway.Init") // set by picocli
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TRACE",
            description =
                    "The text of /sys/kernel/tracing/trace, plain or packed with gzip or xz; - is standard input.")
    private String trace;

    @Option(
            names = "--config",
            paramLabel = "CONFIG",
            description = "Replays through the pool of this configuration, with its devices' limits.")
    private Optional<Path> configuration;

    @Option(
            names = "--min-align",
            paramLabel = "DEV=MASK",
            description =
                    "Low address bits that a device keeps, such as 0000:00:01.0=0xfff; may be given several times.")
    private Map<String, String> minAlignMasks = new LinkedHashMap<>();

    @Option(names = "--slots", paramLabel = "N", description = "Slots of 2048 bytes, rounded as Linux rounds them.")
    private Optional<Long> slots;

    @Option(names = "--areas", paramLabel = "N", description = "Areas of the pool, rounded as Linux rounds them.")
    private Optional<Long> areas;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also writes a page with plots that needs nothing else to be shown.")
    private Optional<Path> html;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        ReplayOptions options = options();
        BouncePoolProvider provider = Providers.load().poolMaker();
        ReplayReport report = play(options, provider);
        html.ifPresent(file -> ReplayPage.write(report, file));
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? RecordJson.text(report) + System.lineSeparator() : ReplayText.of(report));
        out.flush();
        return (report.isClean() ? ExitCode.FINE : ExitCode.FINDINGS).number();
    }

    private ReplayReport play(ReplayOptions options, BouncePoolProvider provider) {
        try (TraceInput input = TraceInput.of(trace, System.in);
                ByteProgress progress = ByteProgress.over(List.of(input.path()))) {
            TraceFile file = new TraceFile(input.name(), input.path(), progress::add);
            return TraceReplay.play(file, TraceSetup.of(file, options), provider);
        }
    }

    private ReplayOptions options() {
        ReplayOptions configured = configuration.map(ConfiguredPool::of).orElse(ReplayOptions.NONE);
        Map<String, Long> masks = new LinkedHashMap<>();
        minAlignMasks.forEach((device, mask) -> masks.put(device, mask(mask)));
        return new ReplayOptions(
                count("--slots", slots, PoolFacts.LARGEST_SLOTS),
                count("--areas", areas, PoolFacts.LARGEST_SLOTS / SwiotlbParameters.SLOT_SET),
                masks,
                configured.pool(),
                configured.devices());
    }

    private OptionalLong count(String option, Optional<Long> value, long most) {
        value.filter(count -> count < 1 || count > most).ifPresent(wrong -> {
            throw new ParameterException(
                    spec.commandLine(), option + ": expected a number from 1 to " + most + ", found " + wrong + ".");
        });
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    private long mask(String text) {
        try {
            long mask = Long.decode(text);
            if (mask >= 0 && (mask & (mask + 1)) == 0) {
                return mask;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, as for a number that is no mask.
        }
        throw new ParameterException(
                spec.commandLine(),
                "--min-align: expected DEV=MASK with the low bits set, such as 0000:00:01.0=0xfff, found \"" + text
                        + "\".");
    }
}
