package dev.dmaops.firmware;

import java.io.IOException;
import java.io.Serial;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A description of a system (device tree, .config, command line) cannot be used as it stands.
 *
 * <p>The message is one line: {@code <origin> <location>: <what>: expected <expected>, found <found>. <cure>}. Control characters of
 * what was read stand in it as escapes. For example
 *
 * <pre>{@code
 * board.dtb byte 0x0: cannot read the header: expected magic 0xd00dfeed, found 0x7f454c46. Give a flattened device tree (.dtb).
 * }</pre>
 *
 * <p>A reader throws at the first mistake and leaves nothing half read. Callers that report under an error code of their
 * own put the code in front of {@link #getMessage()}, or take the parts.
 */
public final class FirmwareException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What would tear a line, or reach the terminal as a command. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

    private final String origin;
    private final String location;
    private final String what;
    private final String expected;
    private final String found;
    private final String cure;

    /**
     * Describes one mistake.
     *
     * @param origin where the text or bytes came from, as the user knows it: a file name or {@code "command line"}
     * @param location the place inside the origin: {@code byte 0x38}, {@code line 12}, {@code line 3 column 7} or a node
     *     path; empty if the origin as a whole is meant
     * @param what the step that failed, without a full stop: {@code cannot read the header}
     * @param expected what would have been accepted; empty if there is nothing to expect
     * @param found what was there; empty if there was nothing to show
     * @param cure what the user can do, as a sentence with or without its full stop; empty if there is no advice
     */
    public FirmwareException(String origin, String location, String what, String expected, String found, String cure) {
        super(line(origin, location, what, expected, found, cure));
        this.origin = origin;
        this.location = location;
        this.what = what;
        this.expected = expected;
        this.found = found;
        this.cure = cure;
    }

    /**
     * Describes one mistake that another exception revealed, such as a file that cannot be read.
     *
     * @param origin see {@link #FirmwareException(String, String, String, String, String, String)}
     * @param location see there
     * @param what see there
     * @param expected see there
     * @param found see there
     * @param cure see there
     * @param cause the exception that revealed the mistake
     */
    public FirmwareException(
            String origin, String location, String what, String expected, String found, String cure, Throwable cause) {
        this(origin, location, what, expected, found, cure);
        initCause(cause);
    }

    /** {@return where the text or bytes came from: a file name or a short name of the source} */
    public String origin() {
        return origin;
    }

    /** {@return the place inside the origin (byte offset, line, node path), or an empty string} */
    public String location() {
        return location;
    }

    /** {@return the step that failed} */
    public String what() {
        return what;
    }

    /** {@return what would have been accepted, or an empty string} */
    public String expected() {
        return expected;
    }

    /** {@return what was there, or an empty string} */
    public String found() {
        return found;
    }

    /** {@return what the user can do about it, or an empty string} */
    public String cure() {
        return cure;
    }

    /**
     * What an error of reading or unpacking says, as the {@code found} of a message: its kind and the first line of its text.
     *
     * @param e the error
     * @return {@code NoSuchFileException (board.dtb)}
     */
    public static String reason(IOException e) {
        String message = e.getMessage();
        String kind = e.getClass().getSimpleName();
        return message == null || message.isBlank()
                ? kind
                : kind + " (" + message.strip().lines().findFirst().orElse(kind) + ")";
    }

    private static String line(
            String origin, String location, String what, String expected, String found, String cure) {
        StringBuilder line = new StringBuilder(Objects.requireNonNull(origin, "origin"));
        append(line, line.isEmpty() ? "" : " ", Objects.requireNonNull(location, "location"));
        append(line, line.isEmpty() ? "" : ": ", Objects.requireNonNull(what, "what"));
        boolean hasExpected = append(line, ": expected ", Objects.requireNonNull(expected, "expected"));
        append(line, hasExpected ? ", found " : ": found ", Objects.requireNonNull(found, "found"));
        line.append('.');
        append(line, " ", Objects.requireNonNull(cure, "cure"));
        if (!cure.isEmpty() && !cure.endsWith(".")) {
            line.append('.');
        }
        return CONTROL.matcher(line)
                .replaceAll(control ->
                        String.format("\\\\u%04x", (int) control.group().charAt(0)));
    }

    private static boolean append(StringBuilder line, String separator, String part) {
        if (part.isEmpty()) {
            return false;
        }
        line.append(separator).append(part);
        return true;
    }
}
