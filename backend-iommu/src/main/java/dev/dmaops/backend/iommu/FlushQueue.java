package dev.dmaops.backend.iommu;

import java.util.function.LongSupplier;

/**
 * Addresses that are unmapped but may still be in the IOMMU's translation cache: they are handed out again only after a full
 * invalidation that began after they were queued (dma-iommu's flush queue, 6.12).
 *
 * <p>One ring a processor, of which one entry stays free; a full ring forces an invalidation, a timer does so at the latest. The
 * timer is a rule, not a thread: whoever uses the domain after it has run out acts on it.
 */
final class FlushQueue {
    /** Entries of a processor's ring. */
    static final int ENTRIES = 256;

    /** How long an address waits at most before it is invalidated, in nanoseconds. */
    static final long TIMEOUT_NANOS = 10_000_000;

    private static final int MASK = ENTRIES - 1;

    /** What the queue needs of its domain. */
    interface Owner {
        /** Makes devices forget all translations. */
        void invalidateAll();

        /** Hands the address out again. */
        void release(int cpu, long frame, long frames);
    }

    private final Owner owner;
    private final Ring[] rings;
    private final Spin flushLock = new Spin(0);
    private volatile long started;
    private volatile long finished;
    private volatile boolean armed;
    private volatile long deadline;

    /** Ring of one processor. */
    private static final class Ring extends Spin {
        private static final int HEAD = GUARDED;
        private static final int TAIL = HEAD + 1;
        private static final int RECLAIMED = TAIL + 1;
        private static final int FIRST = 2 * LINE;
        // An entry: first frame, frames, invalidations begun when it was queued.
        private static final int FRAMES = 1;
        private static final int COUNTER = 2;
        private static final int ENTRY = 4;

        Ring() {
            super(FIRST + ENTRIES * ENTRY - GUARDED);
        }

        boolean isFull() {
            return (words[TAIL] + 1 & MASK) == words[HEAD];
        }

        int size() {
            return (int) (words[TAIL] - words[HEAD]) & MASK;
        }

        void append(long frame, long frames, long begun) {
            int at = FIRST + (int) words[TAIL] * ENTRY;
            words[at] = frame;
            words[at + FRAMES] = frames;
            words[at + COUNTER] = begun;
            words[TAIL] = words[TAIL] + 1 & MASK;
        }

        /** Releases what was queued before the last invalidation began that has ended. */
        void reclaim(int cpu, long ended, Owner owner) {
            // What was queued since the last look counts at least as many invalidations as had ended then.
            if (words[RECLAIMED] == ended) {
                return;
            }
            words[RECLAIMED] = ended;
            while (words[HEAD] != words[TAIL]) {
                int at = FIRST + (int) words[HEAD] * ENTRY;
                if (words[at + COUNTER] >= ended) {
                    return;
                }
                owner.release(cpu, words[at], words[at + FRAMES]);
                words[HEAD] = words[HEAD] + 1 & MASK;
            }
        }
    }

    FlushQueue(Owner owner, int cpus) {
        this.owner = owner;
        rings = new Ring[cpus];
        for (int i = 0; i < cpus; i++) {
            rings[i] = new Ring();
        }
    }

    /** Queues an unmapped range. */
    void add(int cpu, long frame, long frames, LongSupplier clock) {
        Ring ring = rings[cpu];
        ring.lock();
        try {
            ring.reclaim(cpu, finished, owner);
            if (ring.isFull()) {
                flush();
                ring.reclaim(cpu, finished, owner);
            }
            ring.append(frame, frames, started);
        } finally {
            ring.unlock();
        }
        if (!armed) {
            deadline = clock.getAsLong() + TIMEOUT_NANOS;
            armed = true;
        }
    }

    /** Whether ranges wait for the timer: cheap enough to ask on every use. */
    boolean armed() {
        return armed;
    }

    /** Acts on the timer when it has run out. */
    void poll(long now) {
        if (armed && now - deadline >= 0) {
            armed = false;
            drain();
        }
    }

    /** Invalidates, and hands everything out again that waited for it. */
    void drain() {
        flush();
        for (int cpu = 0; cpu < rings.length; cpu++) {
            Ring ring = rings[cpu];
            ring.lock();
            try {
                ring.reclaim(cpu, finished, owner);
            } finally {
                ring.unlock();
            }
        }
    }

    // An address that is queued while an invalidation runs carries its start, which is not before its end: it waits for
    // the next.
    private void flush() {
        flushLock.lock();
        try {
            long run = started + 1;
            started = run;
            owner.invalidateAll();
            finished = run;
        } finally {
            flushLock.unlock();
        }
    }

    /** Ranges that wait. */
    int waiting() {
        int sum = 0;
        for (Ring ring : rings) {
            ring.lock();
            sum += ring.size();
            ring.unlock();
        }
        return sum;
    }
}
