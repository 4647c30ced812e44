package dev.dmaops.machine.sim;

import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import java.util.ArrayList;
import java.util.List;

/** What went wrong on the buses of a machine, in order. Any thread may call. */
public final class SimFaults {
    /** Faults that are kept; later ones are counted only. */
    public static final int KEPT = 10_000;

    private final List<SimFault> faults = new ArrayList<>();
    private long count;

    SimFaults() {}

    synchronized void add(String device, Access access, long address, Reason reason) {
        if (faults.size() < KEPT) {
            faults.add(new SimFault(count, device, access, address, reason));
        }
        count++;
    }

    /** All faults that ever happened. */
    public synchronized long count() {
        return count;
    }

    /** The faults since the start or the last {@link #clear}, at most {@link #KEPT}. */
    public synchronized List<SimFault> all() {
        return List.copyOf(faults);
    }

    /** The faults of one device. */
    public synchronized List<SimFault> of(String device) {
        return faults.stream().filter(fault -> fault.device().equals(device)).toList();
    }

    /** Forgets the faults so far; the count goes on. */
    public synchronized void clear() {
        faults.clear();
    }
}
