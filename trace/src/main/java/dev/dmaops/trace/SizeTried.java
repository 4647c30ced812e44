package dev.dmaops.trace;

import java.util.Optional;

/**
 * A pool of another size that the same trace went through.
 *
 * @param slots its size in slots
 * @param refusedAtLine line of the first mapping that it refused; empty when it refused none
 */
public record SizeTried(int slots, Optional<Long> refusedAtLine) {
    /** Whether it refused nothing. */
    public boolean passes() {
        return refusedAtLine.isEmpty();
    }
}
