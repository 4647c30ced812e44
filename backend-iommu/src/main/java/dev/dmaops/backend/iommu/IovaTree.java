package dev.dmaops.backend.iommu;

/**
 * Hands out ranges of IO virtual page frames from the top down (drivers/iommu/iova.c, 6.12).
 *
 * <p>A search starts where the last one ended, below or above 4 GiB, and goes down; if that finds nothing it looks once more at
 * the part above its start. A size that found no room below 4 GiB is not searched again there until something below 4 GiB is
 * freed. Frame 0 is never handed out: it means "none". Not safe for several threads.
 */
final class IovaTree {
    /** No range was found. */
    static final long NONE = 0;

    private final BusyRanges busy = new BusyRanges();
    private final long firstFrame;
    private final long frames32;
    private int cached = BusyRanges.ANCHOR;
    private int cached32 = BusyRanges.ANCHOR;
    private long hopeless32;

    /**
     * An empty space.
     *
     * @param firstFrame lowest frame to hand out, at least 1
     * @param frames32 frames below 4 GiB
     */
    IovaTree(long firstFrame, long frames32) {
        this.firstFrame = firstFrame;
        this.frames32 = frames32;
        hopeless32 = frames32;
    }

    /** Ranges in use, reserved ones included. */
    int size() {
        return busy.size();
    }

    /**
     * Takes frames.
     *
     * @param frames how many, at least 1
     * @param lastFrame highest frame that may be used
     * @param aligned whether to align to the next power of two of {@code frames}
     * @return the first frame, or {@link #NONE}
     */
    long allocate(long frames, long lastFrame, boolean aligned) {
        long limit = lastFrame + 1;
        boolean below4G = Long.compareUnsigned(limit, frames32) <= 0;
        if (below4G && Long.compareUnsigned(frames, hopeless32) >= 0) {
            return NONE;
        }
        long mask = aligned && frames > 1 ? -1L << (64 - Long.numberOfLeadingZeros(frames - 1)) : -1L;
        int at = below4G ? cached32 : cached;
        long searchedFrom = busy.high(at);
        long high = limit;
        long low = firstFrame;
        while (true) {
            long first;
            int next;
            do {
                high = Long.compareUnsigned(high, busy.low(at)) < 0 ? high : busy.low(at);
                first = (high - frames) & mask;
                next = at;
                at = busy.below(at);
            } while (at != BusyRanges.NONE
                    && Long.compareUnsigned(first, busy.high(at)) <= 0
                    && Long.compareUnsigned(first, low) >= 0);
            if (Long.compareUnsigned(high, frames) >= 0 && Long.compareUnsigned(first, low) >= 0) {
                return insert(next, first, frames);
            }
            if (low != firstFrame || Long.compareUnsigned(searchedFrom, limit) >= 0) {
                hopeless32 = frames;
                return NONE;
            }
            high = limit;
            low = searchedFrom + 1;
            at = Long.compareUnsigned(limit, frames32) > 0 ? BusyRanges.ANCHOR : busy.firstFrom(limit);
        }
    }

    private long insert(int next, long first, long frames) {
        int range = busy.insertBelow(next, first, first + frames - 1);
        if (Long.compareUnsigned(busy.high(range), frames32) < 0) {
            cached32 = range;
        } else {
            cached = range;
        }
        return first;
    }

    /**
     * Gives a range back.
     *
     * @param frame any frame of it
     * @return frames that were given back; 0 when none is taken there
     */
    long free(long frame) {
        int range = busy.containing(frame);
        if (range == BusyRanges.NONE) {
            return 0;
        }
        long frames = busy.high(range) - busy.low(range) + 1;
        forget(range);
        busy.remove(range);
        return frames;
    }

    private void forget(int range) {
        if (range == cached32
                || (Long.compareUnsigned(busy.high(range), frames32) < 0
                        && Long.compareUnsigned(busy.low(range), busy.low(cached32)) >= 0)) {
            cached32 = busy.above(range);
        }
        if (Long.compareUnsigned(busy.low(range), frames32) < 0) {
            hopeless32 = frames32;
        }
        if (Long.compareUnsigned(busy.low(range), busy.low(cached)) >= 0) {
            cached = busy.above(range);
        }
    }

    /** Frames of the range that holds this frame; 0 when none does. */
    long lengthAt(long frame) {
        int range = busy.containing(frame);
        return range == BusyRanges.NONE || busy.low(range) != frame ? 0 : busy.high(range) - frame + 1;
    }

    /** Takes frames out of circulation for good, whatever of them is taken already. */
    void reserve(long first, long last) {
        long from = first;
        int range = busy.firstFrom(0);
        while (range != BusyRanges.ANCHOR && Long.compareUnsigned(from, last) <= 0) {
            if (overlaps(range, from, last)) {
                if (Long.compareUnsigned(from, busy.low(range)) < 0) {
                    busy.lowerTo(range, from);
                }
                if (Long.compareUnsigned(last, busy.high(range)) <= 0) {
                    return;
                }
                from = busy.high(range) + 1;
            } else if (Long.compareUnsigned(busy.low(range), last) > 0) {
                break;
            }
            range = busy.above(range);
        }
        busy.insertBelow(busy.firstFrom(from), from, last);
    }

    private boolean overlaps(int range, long first, long last) {
        return Long.compareUnsigned(first, busy.high(range)) <= 0 && Long.compareUnsigned(last, busy.low(range)) >= 0;
    }
}
