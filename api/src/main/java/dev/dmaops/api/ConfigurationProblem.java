package dev.dmaops.api;

/**
 * One mistake in a configuration or in a file that it names.
 *
 * @param code what kind of mistake
 * @param where file and line, or firmware node, or builder call
 * @param what what is wrong, with expected, found and cure
 */
public record ConfigurationProblem(DmaErrorCode code, String where, String what) {
    @Override
    public String toString() {
        return code.text() + " " + where + ": " + what;
    }
}
