package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayDeque;

/**
 * Frames of a kernel with a page but nothing behind, where pages of others can be mapped (drivers/xen/unpopulated-alloc.c and
 * balloon.c, 6.12).
 *
 * <p>Unpopulated pages come from address space without RAM, a section of 128 MiB at a time, the highest first. When there is no such
 * space left, RAM pages are ballooned out.
 *
 * <p>Frames that were given back are kept for the next to ask, ballooned ones up to as many as a block backend keeps
 * (drivers/block/xen-blkback/blkback.c, 6.12); beyond that RAM comes back. The frame that was given back longest ago is taken first,
 * so that whoever still uses one that he gave back meets nothing, and not somebody's page. Not for several threads at once.
 */
final class ForeignPlaces {
    /** Ballooned frames that are kept. */
    static final int KEPT = 1024;

    private static final int SECTION_FRAMES = 1 << 15;

    private final XenDomain domain;
    private final PageAllocator pages;
    private final long firstSection;
    private final long lastSection;
    private final ArrayDeque<Long> unpopulated = new ArrayDeque<>();
    private final ArrayDeque<Long> ballooned = new ArrayDeque<>();
    private volatile long nextSection;

    /**
     * Places of a domain.
     *
     * @param first first frame of the address space, on a section
     * @param sections sections in it; 0 for none
     */
    ForeignPlaces(XenDomain domain, PageAllocator pages, long first, int sections) {
        this.domain = domain;
        this.pages = pages;
        firstSection = first;
        nextSection = first;
        lastSection = first + (long) sections * SECTION_FRAMES;
    }

    /** One frame, or {@link BusFrames#NO_FRAME} when neither address space nor RAM is left. */
    long take() {
        if (unpopulated.isEmpty() && nextSection < lastSection) {
            long end = nextSection + SECTION_FRAMES;
            for (long pfn = nextSection; pfn < end; pfn++) {
                unpopulated.push(pfn);
            }
            nextSection = end;
        }
        Long pfn = unpopulated.poll();
        if (pfn == null) {
            pfn = ballooned.poll();
        }
        return pfn == null ? balloonOut() : pfn;
    }

    private long balloonOut() {
        // Of a large page only the first frame is used: the others go out with it.
        long physical = pages.allocate(0, Zone.NORMAL);
        if (physical == PageAllocator.NO_PAGES) {
            return BusFrames.NO_FRAME;
        }
        long first = physical >>> BusFrames.SHIFT;
        for (long i = 0; i < framesOfPage(); i++) {
            domain.balloonOut(first + i);
        }
        return first;
    }

    /** Gives a frame back that nothing is mapped at any more. */
    void give(long pfn) {
        if (isUnpopulated(pfn)) {
            unpopulated.add(pfn);
            return;
        }
        ballooned.add(pfn);
        if (ballooned.size() > KEPT) {
            balloonIn(ballooned.remove());
        }
    }

    /** A page that Xen has no frames for stays out. */
    private void balloonIn(long pfn) {
        boolean whole = true;
        for (long i = 0; i < framesOfPage(); i++) {
            whole &= domain.balloonIn(pfn + i);
        }
        if (whole) {
            pages.free(pfn << BusFrames.SHIFT, 0);
        }
    }

    private long framesOfPage() {
        return pages.pageBytes() >>> BusFrames.SHIFT;
    }

    /** Ballooned frames with nothing mapped at. */
    int kept() {
        return ballooned.size();
    }

    /** Whether a frame has a page because of this. */
    boolean isUnpopulated(long pfn) {
        return pfn >= firstSection && pfn < nextSection;
    }
}
