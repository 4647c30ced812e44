package dev.dmaops.backend.iommu;

import org.jspecify.annotations.Nullable;

/**
 * Freed ranges of one size class, kept for the next allocation of that class: two magazines a processor, and a depot of full
 * ones that all share (iova_rcache, drivers/iommu/iova.c, 6.12).
 *
 * <p>Emptied magazines are kept for reuse, so that a steady load allocates nothing.
 */
final class SizeClassCache {
    private final PerCpu[] perCpu;
    private final Spin depotLock = new Spin(0);
    private @Nullable Magazine depot;
    private @Nullable Magazine empties;
    private int depotSize;
    private final DepotTimer timer;
    private boolean trimArmed;
    private boolean trimStarted;
    private long trimDeadline;

    /** Tells, for all classes of a space, whether some depot waits to be trimmed, and when: read on every use of the space. */
    static final class DepotTimer {
        private volatile boolean started;
        private volatile boolean running;
        private volatile long deadline;

        /** Whether a depot waits, or began to. */
        boolean pending() {
            return running || started;
        }

        /** Whether there is something to do now. */
        boolean due(long now) {
            return started || (running && now - deadline >= 0);
        }

        /** A magazine came into a depot that did not wait. */
        void start() {
            started = true;
        }

        /** Whoever acts on the timers begins: what starts from here on counts anew. */
        void acting() {
            started = false;
        }

        /** Some depot waits until then. */
        void runUntil(long time) {
            deadline = time;
            running = true;
        }

        /** No depot waits. */
        void stop() {
            running = false;
        }
    }

    private static final class PerCpu extends Spin {
        private Magazine loaded = new Magazine();
        private Magazine previous = new Magazine();

        PerCpu() {
            super(0);
        }

        private void swap() {
            Magazine other = previous;
            previous = loaded;
            loaded = other;
        }
    }

    SizeClassCache(int cpus, DepotTimer timer) {
        this.timer = timer;
        perCpu = new PerCpu[cpus];
        for (int i = 0; i < cpus; i++) {
            perCpu[i] = new PerCpu();
        }
    }

    /** A freed range that starts at or below a frame, or {@link IovaTree#NONE}. */
    long get(int cpu, long lastStart) {
        PerCpu mine = perCpu[cpu];
        mine.lock();
        try {
            if (mine.loaded.isEmpty()) {
                if (!mine.previous.isEmpty()) {
                    mine.swap();
                } else if (!refill(mine)) {
                    return IovaTree.NONE;
                }
            }
            return mine.loaded.pop(lastStart);
        } finally {
            mine.unlock();
        }
    }

    private boolean refill(PerCpu mine) {
        depotLock.lock();
        try {
            Magazine full = depot;
            if (full == null) {
                return false;
            }
            depot = linked(full);
            depotSize--;
            stash(mine.loaded);
            mine.loaded = full;
            return true;
        } finally {
            depotLock.unlock();
        }
    }

    /** Keeps a freed range. */
    void put(int cpu, long frame) {
        PerCpu mine = perCpu[cpu];
        mine.lock();
        try {
            if (mine.loaded.isFull()) {
                if (!mine.previous.isFull()) {
                    mine.swap();
                } else {
                    mine.loaded = exchangeForEmpty(mine.loaded);
                }
            }
            mine.loaded.push(frame);
        } finally {
            mine.unlock();
        }
    }

    private Magazine exchangeForEmpty(Magazine full) {
        depotLock.lock();
        try {
            full.next(depot == null ? full : depot);
            depot = full;
            depotSize++;
            if (!trimArmed) {
                trimArmed = true;
                trimStarted = false;
                timer.start();
            }
            Magazine empty = empties;
            if (empty == null) {
                return new Magazine();
            }
            empties = linked(empty);
            return empty;
        } finally {
            depotLock.unlock();
        }
    }

    private void stash(Magazine empty) {
        empty.next(empties == null ? empty : empties);
        empties = empty;
    }

    // The last of a list links to itself.
    private static @Nullable Magazine linked(Magazine magazine) {
        return magazine.next() == magazine ? null : magazine.next();
    }

    /** Empties one processor's magazines into the tree, whose lock the caller holds. */
    void drainCpu(int cpu, IovaTree tree) {
        PerCpu mine = perCpu[cpu];
        mine.lock();
        try {
            mine.loaded.drain(tree);
            mine.previous.drain(tree);
        } finally {
            mine.unlock();
        }
    }

    /** Empties the depot into the tree, whose lock the caller holds. */
    void drainDepot(IovaTree tree) {
        while (trimTo(0, tree)) {
            // one magazine at a time, so that others can get at the depot in between
        }
    }

    /**
     * Empties one magazine of the depot into the tree if there are more than {@code keep}.
     *
     * @return whether there were
     */
    boolean trimTo(int keep, IovaTree tree) {
        depotLock.lock();
        try {
            Magazine full = depot;
            if (full == null || depotSize <= keep) {
                return false;
            }
            depot = linked(full);
            depotSize--;
            full.drain(tree);
            stash(full);
            return true;
        } finally {
            depotLock.unlock();
        }
    }

    /**
     * The depot's timer: {@code after} nanoseconds after a magazine came in, and as often as that helped, one is emptied if there
     * are more than {@code keep}. The caller holds the tree's lock.
     *
     * @return whether the timer still runs
     */
    boolean trimWhenDue(long now, long after, int keep, IovaTree tree) {
        depotLock.lock();
        try {
            if (!trimArmed || (trimStarted && now - trimDeadline < 0)) {
                return trimArmed;
            }
            if (trimStarted && depotSize <= keep) {
                trimArmed = false;
                return false;
            }
        } finally {
            depotLock.unlock();
        }
        if (trimStarted) {
            trimTo(keep, tree);
        }
        trimStarted = true;
        trimDeadline = now + after;
        return true;
    }

    /** When {@link #trimWhenDue} has something to do again, if it said that the timer runs. The caller holds the tree's lock. */
    long trimDeadline() {
        return trimDeadline;
    }

    /** Full magazines in the depot. */
    int depotSize() {
        depotLock.lock();
        try {
            return depotSize;
        } finally {
            depotLock.unlock();
        }
    }
}
