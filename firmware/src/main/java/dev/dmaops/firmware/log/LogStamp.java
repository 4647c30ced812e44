package dev.dmaops.firmware.log;

import java.util.OptionalDouble;

/**
 * When a line was written.
 *
 * @param sinceBoot seconds since the kernel started; empty if the line does not say
 * @param clock seconds of a clock, good for differences only; empty if the line does not say
 * @param text the time as it stands in the log; empty if the line has none
 */
public record LogStamp(OptionalDouble sinceBoot, OptionalDouble clock, String text) {
    /** {@return seconds to compare with others of the same log, or empty} */
    public OptionalDouble seconds() {
        return sinceBoot.isPresent() ? sinceBoot : clock;
    }
}
