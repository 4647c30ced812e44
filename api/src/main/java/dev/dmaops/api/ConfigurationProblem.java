package dev.dmaops.api;

import java.util.regex.Pattern;

/**
 * One mistake in a configuration or in a file that it names, in one line: control characters of what was read stand as escapes.
 *
 * @param code what kind of mistake
 * @param where file and line, or firmware node, or builder call
 * @param what what is wrong, with expected, found and cure
 */
public record ConfigurationProblem(DmaErrorCode code, String where, String what) {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

    /** Makes control characters visible, line ends among them. */
    public ConfigurationProblem {
        where = oneLine(where);
        what = oneLine(what);
    }

    private static String oneLine(String text) {
        return CONTROL.matcher(text)
                .replaceAll(control ->
                        String.format("\\\\u%04x", (int) control.group().charAt(0)));
    }

    @Override
    public String toString() {
        return code.text() + " " + where + ": " + what;
    }
}
