package dev.dmaops.trace.pool;

import dev.dmaops.spi.Refusals;
import dev.dmaops.trace.event.Bounce;
import dev.dmaops.trace.event.Operation;
import java.util.Arrays;
import java.util.List;

/**
 * Pools of several sizes that live through the same events side by side: one pass over the trace tries every size, and none is
 * skipped because another one passed. One that refuses is out; the first one may be told to go on.
 */
public final class Trials {
    private final List<PoolTrial> trials;
    private final boolean firstGoesOn;
    private final boolean[] out;
    private final long[] refusedAt;

    /**
     * Starts with empty pools.
     *
     * @param firstGoesOn whether the first pool is played to the end whatever it refuses
     */
    public Trials(List<PoolTrial> trials, boolean firstGoesOn) {
        this.trials = List.copyOf(trials);
        this.firstGoesOn = firstGoesOn;
        out = new boolean[trials.size()];
        refusedAt = new long[trials.size()];
    }

    /** Takes slots in every pool; what an operation has when it is refused is given back, as Linux does. */
    public void take(Bounce bounce) {
        bounce.addresses = new long[trials.size()];
        Operation operation = bounce.operation();
        for (int t = 0; t < trials.size(); t++) {
            if (out[t] || (bounce.index() > 0 && isRefused(t, operation, bounce.index()))) {
                bounce.addresses[t] = Bounce.UNKNOWN;
                continue;
            }
            long address =
                    trials.get(t).map(bounce.device, bounce.cpu, bounce.original, bounce.bytes, operation.direction);
            bounce.addresses[t] = address;
            if (Refusals.isRefusal(address)) {
                refusedAt[t] = refusedAt[t] == 0 ? bounce.line : refusedAt[t];
                giveBack(t, operation, bounce.index());
                out[t] = t > 0 || !firstGoesOn;
            }
        }
    }

    /** Gives back what an operation has in every pool. */
    public void giveBack(Operation operation) {
        int bounces = operation.bounces.length;
        for (int t = 0; t < trials.size(); t++) {
            if (!out[t] && !isRefused(t, operation, bounces)) {
                giveBack(t, operation, bounces);
            }
        }
    }

    /** Whether a pool refused the operation among its first so many bounces: then it has nothing there. */
    public boolean isRefused(int trial, Operation operation, int bounces) {
        return bounces > 0 && Refusals.isRefusal(operation.bounces[bounces - 1].addresses[trial]);
    }

    private void giveBack(int trial, Operation operation, int bounces) {
        for (int i = 0; i < bounces; i++) {
            Bounce bounce = operation.bounces[i];
            trials.get(trial).unmap(bounce.device, bounce.addresses[trial], bounce.bytes, operation.direction);
        }
    }

    /** The pools. */
    public List<PoolTrial> pools() {
        return trials;
    }

    /** Line of the first refusal of each pool; 0 for those that refused nothing. */
    public long[] refusedAt() {
        return Arrays.copyOf(refusedAt, refusedAt.length);
    }
}
