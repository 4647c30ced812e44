package dev.dmaops.cli;

import dev.dmaops.cli.diagnose.Diagnosis;
import dev.dmaops.cli.diagnose.DiagnosisText;
import dev.dmaops.cli.diagnose.LogDiagnoser;
import dev.dmaops.firmware.log.KernelLog;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmaops diagnose}: what a kernel log says about DMA, and what to do. */
@Command(
        name = "diagnose",
        description = {
            "Reads a kernel log and says what its complaints about DMA mean: which of five causes a \"swiotlb buffer is full\""
                    + " has and from which numbers that follows, what an overflow line, a report of the DMA checker or an"
                    + " IOMMU fault means, and what to do. The same complaint of one device is told once, with its count."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmesg | dmaops diagnose", "  dmaops diagnose --json /var/log/kern.log.2.gz"})
final class DiagnoseCommand implements Callable<Integer> {
    private static final String INPUT = "-";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "LOG",
            description = "What dmesg, a console, syslog or journalctl -k wrote, plain or packed with gzip or xz;"
                    + " - or nothing reads standard input.")
    private String log = INPUT;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        LogDiagnoser diagnoser = new LogDiagnoser();
        boolean input = log.equals(INPUT);
        String source = input ? "(standard input)" : Path.of(log).toString();
        if (input
                && Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent()) {
            spec.commandLine().getErr().println("reading a kernel log from standard input");
        }
        long lines = input ? KernelLog.read(source, System.in, diagnoser) : KernelLog.read(Path.of(log), diagnoser);
        Diagnosis diagnosis = diagnoser.diagnosis(source, lines);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? RecordJson.text(diagnosis) + "\n" : DiagnosisText.of(diagnosis));
        out.flush();
        return (diagnosis.findings().isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS).number();
    }
}
