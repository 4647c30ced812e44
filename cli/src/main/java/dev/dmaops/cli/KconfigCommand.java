package dev.dmaops.cli;

import dev.dmaops.firmware.kconfig.DmaClosure;
import dev.dmaops.firmware.kconfig.KconfigPatch;
import dev.dmaops.firmware.kconfig.KconfigReport;
import dev.dmaops.firmware.kconfig.KconfigText;
import dev.dmaops.firmware.kconfig.KconfigWhatIf;
import dev.dmaops.firmware.kconfig.KernelConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which backends a kernel configuration allows, and recomputes what it derives. */
@Command(
        name = "kconfig",
        description = {
            "Says which DMA backends a kernel .config allows, what is missing for the others, and recomputes every symbol"
                    + " that follows from others. A symbol that differs is a finding."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmaops kconfig --set XEN_PV=n /boot/config-6.12.117-amd64"})
final class KconfigCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A kernel .config, plain or packed with gzip or xz.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "SYMBOL=VALUE",
            description = "Say what follows from this change; may be given several times.")
    private Map<String, String> requested = new LinkedHashMap<>();

    @Option(names = "--patch", paramLabel = "NAME", description = "Say what this patch changes; known: 2021.")
    private @Nullable String patch;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (!requested.isEmpty() && patch != null) {
            throw new ParameterException(spec.commandLine(), "--set and --patch exclude each other. Give one of them.");
        }
        KernelConfig config = KernelConfig.read(file);
        if (patch != null) {
            KconfigPatch result = KconfigPatch.of(patch, config);
            return print(json ? RecordJson.text(result) : KconfigText.of(result), ExitCode.FINE);
        }
        if (!requested.isEmpty()) {
            KconfigWhatIf result =
                    KconfigWhatIf.of(config, DmaClosure.resolve(config).version(), withoutPrefix());
            return print(json ? RecordJson.text(result) : KconfigText.of(result), ExitCode.FINE);
        }
        KconfigReport report = KconfigReport.of(config);
        return print(
                json ? RecordJson.text(report) : KconfigText.of(report),
                report.differences().isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS);
    }

    private Map<String, String> withoutPrefix() {
        Map<String, String> plain = new LinkedHashMap<>();
        requested.forEach((symbol, value) -> plain.put(symbol.replaceFirst("^CONFIG_", ""), value));
        return plain;
    }

    private int print(String text, ExitCode code) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        if (!text.endsWith("\n")) {
            out.println();
        }
        out.flush();
        return code.number();
    }
}
