package dev.dmaops.conformance;

/**
 * One result that is not as recorded.
 *
 * @param field which result; with an index when it is part of a list
 * @param expected what the real kernel answered
 * @param actual what we answered
 */
public record Difference(String field, String expected, String actual) {
    @Override
    public String toString() {
        return field + " expected=" + expected + " actual=" + actual;
    }
}
