package dev.dmaops.conformance.row;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;

/** Makes the one error that a recording which cannot be read ends with. */
public final class Malformed {
    private static final int LONGEST_QUOTE = 60;

    private Malformed() {}

    /**
     * The error.
     *
     * @param place file and row
     * @param what what could not be read
     * @param expected what would have been accepted
     * @param found what was there
     */
    public static DmaConfigurationException at(String place, String what, String expected, String found) {
        return new DmaConfigurationException(
                DmaErrorCode.BAD_FILE,
                place,
                what + ": expected " + expected + ", found " + found + ". Give a complete, unchanged recording.");
    }

    /** A value of a recording, short enough for a message. */
    public static String quote(Object value) {
        String text = Values.text(value);
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_QUOTE
                ? "\"" + line + "\""
                : "\"" + line.substring(0, LONGEST_QUOTE) + "...\" (" + text.length() + " characters)";
    }
}
