package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(run("--help")).isEqualTo(ExitCode.FINE.number());
        assertThat(out.toString()).startsWith("Usage: dmaops").contains("Example:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void everyCommandHasHelpWithAnExample() {
        new CommandLine(new DmaopsCommand())
                .getSubcommands()
                .forEach((name, command) -> assertThat(command.getUsageMessage())
                        .as("dmaops %s --help", name)
                        .contains("--help")
                        .contains("Example:")
                        .contains("dmaops " + name));
    }

    @Test
    void versionNamesTheProductAndTheJava() {
        assertThat(run("--version")).isEqualTo(ExitCode.FINE.number());
        assertThat(out.toString()).startsWith("dmaops ").contains("Java " + Runtime.version());
    }

    @Test
    void noCommandIsWrongInputAndShowsTheUsage() {
        assertThat(run()).isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(err.toString()).startsWith("dmaops: no command given").contains("Usage: dmaops");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void unknownCommandIsWrongInput() {
        assertThat(run("no-such-command")).isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(err.toString()).contains("no-such-command");
    }

    @Test
    void configurationProblemIsWrongInputWithItsMessageAlone() {
        var command = new CommandLine(new DmaopsCommand()).setErr(new PrintWriter(err, true));
        var problem = new DmaConfigurationException(DmaErrorCode.values()[0], "board.conf line 3", "no such key");
        var parsed = command.parseArgs();
        assertThat(new ErrorReport().handleExecutionException(problem, command, parsed))
                .isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(err.toString()).isEqualToNormalizingNewlines("dmaops: " + problem.getMessage() + "\n");
    }

    @Test
    void anythingElseIsAnInternalErrorWithItsStack() {
        var command = new CommandLine(new DmaopsCommand()).setErr(new PrintWriter(err, true));
        assertThat(new ErrorReport()
                        .handleExecutionException(new IllegalStateException("broken"), command, command.parseArgs()))
                .isEqualTo(ExitCode.INTERNAL_ERROR.number());
        assertThat(err.toString()).contains("internal error").contains("IllegalStateException: broken");
    }
}
