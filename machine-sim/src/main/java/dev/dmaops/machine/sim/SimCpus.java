package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.Cpus;

/**
 * Processors of a simulated machine. A thread runs on the processor of its own number modulo the processors online, unless it
 * is pinned.
 */
public final class SimCpus implements Cpus {
    private static final int NOT_PINNED = -1;

    private final int possible;
    private volatile int online;
    private final ThreadLocal<int[]> pinned = ThreadLocal.withInitial(() -> new int[] {NOT_PINNED});

    SimCpus(int possible) {
        this.possible = possible;
        online = possible;
    }

    @Override
    public int current() {
        int cpu = pinned.get()[0];
        return cpu == NOT_PINNED ? (int) (Thread.currentThread().threadId() % online) : cpu;
    }

    @Override
    public int possible() {
        return possible;
    }

    @Override
    public int online() {
        return online;
    }

    /** Takes processors away, the highest numbers first, or brings them back. */
    public void online(int processors) {
        if (processors < 1 || processors > possible) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "machine: online=" + processors + " processors: expected 1 to " + possible + ".");
        }
        online = processors;
    }

    /**
     * Puts the calling thread on a processor until the result is closed, by the same thread.
     *
     * @param cpu 0 to {@link #possible} - 1
     */
    public Pin pin(int cpu) {
        if (cpu < 0 || cpu >= possible) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "machine: there is no processor " + cpu + ": expected 0 to " + (possible - 1) + ".");
        }
        int[] slot = pinned.get();
        int before = slot[0];
        slot[0] = cpu;
        return () -> slot[0] = before;
    }

    /** A thread's stay on a processor. */
    @FunctionalInterface
    public interface Pin extends AutoCloseable {
        @Override
        void close();
    }
}
