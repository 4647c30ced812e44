package dev.dmaops.cli;

import dev.dmaops.cli.explain.Difference;
import dev.dmaops.cli.explain.DifferenceJson;
import dev.dmaops.cli.explain.DifferenceText;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.cli.explain.ExplanationJson;
import dev.dmaops.cli.explain.ExplanationText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
        })
@SuppressWarnings("NullAway.Init") // set by picocli
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "Configuration of the platform.")
    private Path configuration;

    @Option(names = "--device", paramLabel = "ID", description = "This device only.")
    private Optional<String> device;

    @Option(names = "--compare", paramLabel = "CONFIG2", description = "Prints only what differs from CONFIG2.")
    private Optional<Path> other;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(text());
        spec.commandLine().getOut().flush();
        return ExitCode.FINE.number();
    }

    private String text() {
        Explanation explanation = read(configuration);
        if (other.isEmpty()) {
            return json ? ExplanationJson.of(explanation) : ExplanationText.of(explanation);
        }
        Difference difference = Difference.of(explanation, read(other.get()));
        return json ? DifferenceJson.of(difference) : DifferenceText.of(difference);
    }

    private Explanation read(Path file) {
        Explanation all = Explanation.of(file);
        return device.map(all::only).orElse(all);
    }
}
