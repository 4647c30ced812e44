package dev.dmaops.cli;

/** What the command tells the shell that started it. */
public enum ExitCode {
    /** Done, nothing to report. */
    FINE(0),
    /** Done, and something was found: a mismatch, a failed check, a byte that could not be verified. */
    FINDINGS(1),
    /** The command line, a configuration or an input file is wrong. */
    WRONG_INPUT(2),
    /** The command itself is at fault. */
    INTERNAL_ERROR(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number given to {@link System#exit}. */
    public int number() {
        return number;
    }
}
