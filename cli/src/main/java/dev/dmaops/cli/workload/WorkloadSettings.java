package dev.dmaops.cli.workload;

/**
 * How much is driven.
 *
 * @param operations operations for each device; used when {@code seconds} is 0
 * @param seconds how long all devices together are driven, round by round; 0 to count operations instead
 * @param seed what the operations are drawn from: the same seed drives the same operations
 */
public record WorkloadSettings(int operations, double seconds, long seed) {
    /** What {@code run} does when told nothing. */
    public static final WorkloadSettings DEFAULT = new WorkloadSettings(400, 0, 1);
}
