package dev.dmaops.backend.iommu;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The IO virtual addresses of one domain, in page frames of the domain's granule: freed ranges of up to 32 frames come back from
 * per-processor caches, everything else from the tree (drivers/iommu/iova.c, 6.12).
 *
 * <p>Any thread may call. An allocation and a free that the caches serve take no lock but the processor's own and allocate
 * nothing.
 */
final class IovaAllocator {
    /** Sizes of 1, 2, 4, 8, 16 and 32 frames are cached. */
    private static final int CACHED_CLASSES = 6;

    private static final long LARGEST_ROUNDED = 1L << (CACHED_CLASSES - 1);
    private static final long TRIM_NANOS = 100_000_000L;

    private final IovaTree tree;
    private final ReentrantLock treeLock = new ReentrantLock();
    private final SizeClassCache[] caches = new SizeClassCache[CACHED_CLASSES];
    private final int cpus;
    private final int onlineCpus;
    private final SizeClassCache.DepotTimer timer = new SizeClassCache.DepotTimer();

    /**
     * An empty space.
     *
     * @param firstFrame lowest frame to hand out, at least 1
     * @param frames32 frames below 4 GiB
     * @param cpus processors there can ever be
     * @param onlineCpus processors that run: full magazines above this number are trimmed away
     */
    IovaAllocator(long firstFrame, long frames32, int cpus, int onlineCpus) {
        tree = new IovaTree(firstFrame, frames32);
        this.cpus = cpus;
        this.onlineCpus = onlineCpus;
        for (int i = 0; i < CACHED_CLASSES; i++) {
            caches[i] = new SizeClassCache(cpus, timer);
        }
    }

    /** Takes frames out of circulation for good. */
    void reserve(long first, long last) {
        treeLock.lock();
        try {
            tree.reserve(first, last);
        } finally {
            treeLock.unlock();
        }
    }

    /**
     * Takes frames, naturally aligned.
     *
     * @param cpu the caller's processor
     * @param frames how many, at least 1
     * @param lastFrame highest frame that may be used
     * @param flushCaches whether to empty all caches into the tree and try again before giving up
     * @return the first frame, or {@link IovaTree#NONE}
     */
    long allocate(int cpu, long frames, long lastFrame, boolean flushCaches) {
        int sizeClass = sizeClass(frames);
        long rounded = frames < LARGEST_ROUNDED ? 1L << sizeClass : frames;
        if (sizeClass < CACHED_CLASSES) {
            long frame = caches[sizeClass].get(cpu, lastFrame + 1 - rounded);
            if (frame != IovaTree.NONE) {
                return frame;
            }
        }
        treeLock.lock();
        try {
            long frame = tree.allocate(rounded, lastFrame, true);
            if (frame == IovaTree.NONE && flushCaches) {
                drain();
                frame = tree.allocate(rounded, lastFrame, true);
            }
            return frame;
        } finally {
            treeLock.unlock();
        }
    }

    /**
     * Gives a range back.
     *
     * @param cpu the caller's processor
     * @param frame its first frame
     * @param frames as many as were asked for
     */
    void free(int cpu, long frame, long frames) {
        int sizeClass = sizeClass(frames);
        if (sizeClass < CACHED_CLASSES) {
            caches[sizeClass].put(cpu, frame);
            return;
        }
        treeLock.lock();
        try {
            tree.free(frame);
        } finally {
            treeLock.unlock();
        }
    }

    /** Whether {@link #trim} will have something to do some time: cheap enough to ask on every use. */
    boolean trimPending() {
        return timer.pending();
    }

    /** Whether {@link #trim} has something to do now: takes no lock. */
    boolean trimDue(long nanos) {
        return timer.due(nanos);
    }

    /**
     * Acts on the depots' timers: 100 ms after a full magazine came into a depot, and every 100 ms from then on, one magazine goes
     * back into the tree while the class has more of them than there are processors.
     *
     * @param nanos the time, from any start
     */
    void trim(long nanos) {
        treeLock.lock();
        try {
            timer.acting();
            boolean running = false;
            long next = 0;
            for (SizeClassCache cache : caches) {
                if (cache.trimWhenDue(nanos, TRIM_NANOS, onlineCpus, tree)) {
                    long deadline = cache.trimDeadline();
                    next = running && next - deadline < 0 ? next : deadline;
                    running = true;
                }
            }
            if (running) {
                timer.runUntil(next);
            } else {
                timer.stop();
            }
        } finally {
            treeLock.unlock();
        }
    }

    private void drain() {
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (SizeClassCache cache : caches) {
                cache.drainCpu(cpu, tree);
            }
        }
        for (SizeClassCache cache : caches) {
            cache.drainDepot(tree);
        }
    }

    /** Ranges that the tree counts as taken: in use, cached or reserved. */
    int takenRanges() {
        treeLock.lock();
        try {
            return tree.size();
        } finally {
            treeLock.unlock();
        }
    }

    private static int sizeClass(long frames) {
        return frames <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(frames - 1);
    }
}
