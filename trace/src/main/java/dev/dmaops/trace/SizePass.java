package dev.dmaops.trace;

import dev.dmaops.trace.event.Bounce;
import dev.dmaops.trace.event.DeviceNames;
import dev.dmaops.trace.event.Operation;
import dev.dmaops.trace.event.Operation.Outcome;
import dev.dmaops.trace.event.OperationSink;
import dev.dmaops.trace.pool.Trials;
import dev.dmaops.trace.setup.TraceSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plays operations through pools side by side; knows which sizes refused something. */
class SizePass implements OperationSink {
    final TraceSetup setup;
    final DeviceNames names;
    final Trials trials;
    private int devices;

    SizePass(TraceSetup setup, DeviceNames names, Trials trials) {
        this.setup = setup;
        this.names = names;
        this.trials = trials;
    }

    @Override
    public void bounced(Bounce bounce) {
        meet(bounce.device);
        trials.take(bounce);
        // Linux gave back what a refused call had; its later unmap does not exist.
        if (bounce.isLast() && bounce.operation().outcome == Outcome.REFUSED) {
            trials.giveBack(bounce.operation());
        }
    }

    @Override
    public void mapped(Operation operation) {
        meet(operation.device);
    }

    @Override
    public void unmapped(Operation operation, long nanos) {
        if (operation.bounces.length > 0) {
            trials.giveBack(operation);
        }
    }

    @Override
    public void unmatched(boolean afterLoss) {}

    /** Tells the pools about a device the first time that it does something. */
    private void meet(int device) {
        while (devices <= device) {
            String id = names.name(devices++);
            trials.pools().forEach(pool -> pool.add(id, setup.device(id)));
            met(id);
        }
    }

    /** A device does something for the first time; its number is one more than the last one's. */
    void met(String id) {}

    /** What became of each size, from one pool on. */
    List<SizeTried> tried(int from) {
        List<SizeTried> result = new ArrayList<>();
        long[] refusedAt = trials.refusedAt();
        for (int t = from; t < refusedAt.length; t++) {
            result.add(new SizeTried(
                    trials.pools().get(t).slots(), refusedAt[t] == 0 ? Optional.empty() : Optional.of(refusedAt[t])));
        }
        return result;
    }
}
