package dev.dmaops.api;

import java.util.stream.Collectors;

/**
 * One mistake in a configuration or in a file that it names, in one line: control characters of what was read stand as escapes.
 *
 * @param code what kind of mistake
 * @param where file and line, or firmware node, or builder call
 * @param what what is wrong, with expected, found and cure
 */
public record ConfigurationProblem(DmaErrorCode code, String where, String what) {
    /** Makes control characters visible, line ends among them. */
    public ConfigurationProblem {
        where = oneLine(where);
        what = oneLine(what);
    }

    private static String oneLine(String text) {
        return text.codePoints().noneMatch(ConfigurationProblem::isControl)
                ? text
                : text.codePoints()
                        .mapToObj(c -> isControl(c) ? String.format("\\u%04x", c) : Character.toString(c))
                        .collect(Collectors.joining());
    }

    private static boolean isControl(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }

    @Override
    public String toString() {
        return code.text() + " " + where + ": " + what;
    }
}
