package dev.dmaops.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Starts the command. */
public final class Main {
    private Main() {}

    /**
     * Runs the command and ends the process.
     *
     * @param arguments the words after {@code dmaops}
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = run(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(status);
    }

    /**
     * Runs the command inside this process.
     *
     * @param out takes the results
     * @param err takes progress and errors
     * @param arguments the words after {@code dmaops}
     * @return the number of an {@link ExitCode}
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        ErrorReport report = new ErrorReport();
        return new CommandLine(new DmaopsCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(report)
                .setExecutionExceptionHandler(report)
                .execute(arguments);
    }
}
