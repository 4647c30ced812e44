package dev.dmaops.cli;

import dev.dmaops.conformance.Conformance;
import dev.dmaops.conformance.ConformanceReport;
import dev.dmaops.conformance.ConformanceTotal;
import dev.dmaops.conformance.FileOutcome;
import dev.dmaops.conformance.FileResult;
import dev.dmaops.conformance.SelfTestOutcome;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays recordings of real kernels and compares every answer. */
@Command(
        name = "conform",
        description = "Replays recordings of real kernels and compares every answer.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmaops conform --show 5 churn-1cpu.jsonl.gz selection.csv"})
final class ConformCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Recordings, extracts, selection tables, kernel .config files, device trees; told apart by content.")
    private List<Path> files = List.of();

    @Option(names = "--show", paramLabel = "K", description = "Print the first K mismatches of each file.")
    private int show;

    @Option(names = "--why-skipped", description = "Print the skipped rows by cause.")
    private boolean whySkipped;

    @Option(names = "--report", description = "Print as Markdown what is left of each family, by cause.")
    private boolean report;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--self-test",
            description =
                    "Alter one recorded value for each kind of row and result field, and demand that each is reported.")
    private boolean selfTest;

    /** What {@code --json} prints. */
    record Replayed(List<FileOutcome> files, ConformanceTotal total) {}

    private final List<FileOutcome> outcomes = new ArrayList<>();
    private final List<SelfTestOutcome> selfTests = new ArrayList<>();
    private ExitCode exit = ExitCode.FINE;

    @Override
    public Integer call() {
        try (ByteProgress progress = ByteProgress.over(files)) {
            Conformance conformance = new Conformance(Math.max(0, show), progress::add);
            if (selfTest) {
                conformance.selfTest(files, this::take);
            } else {
                conformance.replay(files, this::take);
            }
        }
        finish(spec.commandLine().getOut());
        return exit.number();
    }

    private void take(FileResult result) {
        PrintWriter out = spec.commandLine().getOut();
        switch (result) {
            case FileResult.Replayed(FileOutcome outcome) -> {
                outcomes.add(outcome);
                worsen(outcome.isFinding() ? ExitCode.FINDINGS : ExitCode.FINE);
                if (!json && !report) {
                    out.println(outcome.line());
                    outcome.mismatches().forEach(mismatch -> out.println("  " + mismatch));
                }
            }
            case FileResult.SelfTested(SelfTestOutcome outcome) -> {
                selfTests.add(outcome);
                worsen(outcome.isFinding() ? ExitCode.FINDINGS : ExitCode.FINE);
                if (!json) {
                    out.println(outcome.line());
                    outcome.missed().forEach(missed -> out.println("  missed " + missed));
                    outcome.untested().forEach(name -> out.println("  untested " + name + ": no row of it matches"));
                }
            }
            case FileResult.Unreadable unreadable -> {
                worsen(ExitCode.WRONG_INPUT);
                spec.commandLine()
                        .getErr()
                        .println("dmaops conform: " + unreadable.problem().getMessage());
            }
        }
    }

    private void worsen(ExitCode code) {
        exit = code.number() > exit.number() ? code : exit;
    }

    private void finish(PrintWriter out) {
        if (json) {
            out.println(RecordJson.text(
                    selfTest ? Map.of("files", selfTests) : new Replayed(outcomes, ConformanceTotal.of(outcomes))));
        } else if (report) {
            out.print(ConformanceReport.markdown(outcomes));
        } else if (!selfTest) {
            out.println(ConformanceTotal.of(outcomes).line());
            if (whySkipped) {
                ConformanceReport.skippedBy(outcomes)
                        .forEach((cause, rows) -> out.println("  skipped=" + rows + " because " + cause));
            }
        }
        out.flush();
    }
}
