package dev.dmaops.cli;

import dev.dmaops.cli.explain.Difference;
import dev.dmaops.cli.explain.DifferenceJson;
import dev.dmaops.cli.explain.DifferenceText;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.cli.explain.ExplanationJson;
import dev.dmaops.cli.explain.ExplanationText;
import dev.dmaops.cli.explain.PatchExplanation;
import dev.dmaops.cli.explain.PatchJson;
import dev.dmaops.cli.explain.PatchRow;
import dev.dmaops.cli.explain.PatchText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmaops explain}: why each device gets the backend it gets. */
@Command(
        name = "explain",
        description = "Says which backend each device gets and why, with the origin of every fact. Opens nothing.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  dmaops explain examples/raspberry-pi-4.conf --device fe340000.mmc",
            "  dmaops explain examples/pc-xen-pv.conf --patch 2021",
        })
@SuppressWarnings("NullAway.Init") // set by picocli
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "CONFIG",
            arity = "0..1",
            description = "Configuration of the platform; needed but for --patch.")
    private Optional<Path> configuration;

    @Option(names = "--device", paramLabel = "ID", description = "This device only.")
    private Optional<String> device;

    @Option(names = "--compare", paramLabel = "CONFIG2", description = "Prints only what differs from CONFIG2.")
    private Optional<Path> other;

    @Option(
            names = "--patch",
            paramLabel = "NAME",
            description =
                    "Says what each device gets before this patch of the kernel's Kconfig and after; known: 2021. Without"
                            + " CONFIG: on every kind of kernel.")
    private Optional<String> patch;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(text());
        spec.commandLine().getOut().flush();
        return ExitCode.FINE.number();
    }

    private String text() {
        if (patch.isPresent()) {
            return patched(patch.get());
        }
        Explanation explanation = read(configuration.orElseThrow(() -> wrong(
                "explain needs a configuration: expected CONFIG, found none. Try examples/raspberry-pi-4.conf, or --patch"
                        + " 2021.")));
        if (other.isEmpty()) {
            return json ? ExplanationJson.of(explanation) : ExplanationText.of(explanation);
        }
        Difference difference = Difference.of(explanation, read(other.get()));
        return json ? DifferenceJson.of(difference) : DifferenceText.of(difference);
    }

    private String patched(String name) {
        if (other.isPresent()) {
            throw wrong("--patch and --compare exclude each other. Give one of them.");
        }
        if (configuration.isEmpty()) {
            if (device.isPresent()) {
                throw wrong("--device needs a configuration to look it up in: expected CONFIG, found none.");
            }
            List<PatchRow> rows = PatchRow.all(name);
            return json ? PatchJson.of(rows) : PatchText.of(rows);
        }
        PatchExplanation all = PatchExplanation.of(configuration.get(), name);
        PatchExplanation explanation = device.map(all::only).orElse(all);
        return json ? PatchJson.of(explanation) : PatchText.of(explanation);
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private Explanation read(Path file) {
        Explanation all = Explanation.of(file);
        return device.map(all::only).orElse(all);
    }
}
