package dev.dmaops.cli.workload;

/**
 * Something that had to happen, because somebody broke the rules on purpose.
 *
 * @param what what has to happen, in words
 * @param times how often it did
 * @param missed how often it did not
 */
public record Detection(String what, long times, long missed) {
    Detection and(boolean happened) {
        return happened ? new Detection(what, times + 1, missed) : new Detection(what, times, missed + 1);
    }
}
