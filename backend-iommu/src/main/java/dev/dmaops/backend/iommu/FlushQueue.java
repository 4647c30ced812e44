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
    private final Spin flushLock = new Spin();
    private volatile long started;
    private volatile long finished;
    private volatile boolean armed;
    private volatile long deadline;

    private static final class Ring extends Spin {
        private final long[] frame = new long[ENTRIES];
        private final long[] frames = new long[ENTRIES];
        private final long[] counter = new long[ENTRIES];
        private int head;
        private int tail;
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
            reclaim(cpu, ring);
            if ((ring.tail + 1 & MASK) == ring.head) {
                flush();
                reclaim(cpu, ring);
            }
            int at = ring.tail;
            ring.frame[at] = frame;
            ring.frames[at] = frames;
            ring.counter[at] = started;
            ring.tail = at + 1 & MASK;
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
                reclaim(cpu, ring);
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

    private void reclaim(int cpu, Ring ring) {
        while (ring.head != ring.tail && ring.counter[ring.head] < finished) {
            owner.release(cpu, ring.frame[ring.head], ring.frames[ring.head]);
            ring.head = ring.head + 1 & MASK;
        }
    }

    /** Ranges that wait. */
    int waiting() {
        int sum = 0;
        for (Ring ring : rings) {
            ring.lock();
            sum += ring.tail - ring.head & MASK;
            ring.unlock();
        }
        return sum;
    }
}
