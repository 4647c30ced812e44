package dev.dmaops.trace;

import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.Refusals;
import dev.dmaops.trace.event.Bounce;
import dev.dmaops.trace.event.DeviceNames;
import dev.dmaops.trace.event.Operation;
import dev.dmaops.trace.event.Operation.Outcome;
import dev.dmaops.trace.pool.Trials;
import dev.dmaops.trace.setup.PoolFacts;
import dev.dmaops.trace.setup.TraceSetup;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pass that keeps count: the first pool is the one that is asked about. Without a pool every bounce is refused. */
final class MainPass extends SizePass {
    private static final double NANOS = 1e9;
    private static final int SLOT_BYTES = 2048;

    final Ledger ledger = new Ledger();
    final Timeline timeline = new Timeline();
    final LeakWatch leaks = new LeakWatch();
    private final boolean hasPool;
    private long refusedInTrace;
    private long unmatchedAtStart;
    private long unmatchedAfterLoss;
    private @Nullable FirstFailure firstFailure;

    MainPass(TraceSetup setup, DeviceNames names, Trials trials) {
        super(setup, names, trials);
        hasPool = setup.pool().slots() > 0;
    }

    @Override
    void met(String id) {
        ledger.add(id, setup.device(id));
    }

    @Override
    public void bounced(Bounce bounce) {
        super.bounced(bounce);
        Operation operation = bounce.operation();
        refusedInTrace += bounce.isLast() && operation.outcome == Outcome.REFUSED ? 1 : 0;
        if (bounce.index() > 0 && isRefused(operation, bounce.index())) {
            return;
        }
        int slots = ledger.slots(bounce);
        long address = hasPool ? bounce.addresses[0] : Bounce.UNKNOWN;
        if (Refusals.isRefusal(address)) {
            refused(bounce, slots, address);
            return;
        }
        ledger.took(bounce, slots);
        timeline.change(bounce.nanos, slots);
        compare(bounce, address);
        if (bounce.isLast() && operation.outcome == Outcome.REFUSED) {
            giveBack(operation, operation.bounces.length, bounce.nanos);
        }
    }

    private void refused(Bounce bounce, int slots, long refusal) {
        ledger.refused(bounce);
        giveBack(bounce.operation(), bounce.index(), bounce.nanos);
        if (firstFailure == null) {
            Optional<PoolStatistics> counters =
                    hasPool ? Optional.of(trials.pools().getFirst().statistics()) : Optional.empty();
            firstFailure = new FirstFailure(
                    bounce.line,
                    bounce.nanos / NANOS,
                    names.name(bounce.device),
                    bounce.bytes,
                    slots,
                    counters.map(pool -> pool.slots() - pool.usedSlots()).orElse(0),
                    counters.map(PoolStatistics::longestFreeRun).orElse(0),
                    hasPool
                            ? Refusals.code(refusal)
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-')
                            : "no-pool");
        }
    }

    private void compare(Bounce bounce, long address) {
        PoolFacts pool = setup.pool();
        boolean inPool = Long.compareUnsigned(bounce.dma() - pool.start(), (long) pool.slots() * SLOT_BYTES) < 0;
        if (setup.traced() && bounce.dma() != Bounce.UNKNOWN && inPool) {
            ledger.compared(bounce.dma() == address);
        }
    }

    private boolean isRefused(Operation operation, int bounces) {
        return !hasPool || trials.isRefused(0, operation, bounces);
    }

    private void giveBack(Operation operation, int bounces, long nanos) {
        for (int i = 0; i < bounces; i++) {
            int slots = ledger.slots(operation.bounces[i]);
            ledger.gave(operation.bounces[i], slots);
            timeline.change(nanos, -slots);
        }
    }

    @Override
    public void mapped(Operation operation) {
        super.mapped(operation);
        ledger.mapped(operation);
        if (operation.outcome == Outcome.MAPPED) {
            for (Bounce bounce : operation.bounces) {
                leaks.mapped(bounce, ledger.slots(bounce));
            }
        }
    }

    @Override
    public void unmapped(Operation operation, long nanos) {
        super.unmapped(operation, nanos);
        int bounces = operation.bounces.length;
        if (bounces > 0 && !isRefused(operation, bounces)) {
            giveBack(operation, bounces, nanos);
        }
        for (Bounce bounce : operation.bounces) {
            leaks.unmapped(bounce, ledger.slots(bounce), nanos);
        }
    }

    /** An operation that is there at the end. */
    void left(Operation operation, long end) {
        for (Bounce bounce : operation.bounces) {
            leaks.left(bounce, ledger.slots(bounce), end);
        }
    }

    @Override
    public void unmatched(boolean afterLoss) {
        if (afterLoss) {
            unmatchedAfterLoss++;
        } else {
            unmatchedAtStart++;
        }
    }

    long refusedInTrace() {
        return refusedInTrace;
    }

    long unmatchedAtStart() {
        return unmatchedAtStart;
    }

    long unmatchedAfterLoss() {
        return unmatchedAfterLoss;
    }

    Optional<FirstFailure> firstFailure() {
        return Optional.ofNullable(firstFailure);
    }

    int highWater() {
        return hasPool ? trials.pools().getFirst().statistics().highWaterSlots() : 0;
    }
}
