package dev.dmaops.trace.pool;

import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;

/** Gives the one block at boot that a pool is made of, where it lay when the trace was made. */
final class GivenPages implements PageAllocator {
    private static final long PAGE_BYTES = 4096;

    private final long start;

    GivenPages(long start) {
        this.start = start;
    }

    @Override
    public long pageBytes() {
        return PAGE_BYTES;
    }

    @Override
    public int maxOrder() {
        return 10;
    }

    @Override
    public long maxPfn() {
        return Long.MAX_VALUE / PAGE_BYTES;
    }

    @Override
    public long zoneDmaLimit() {
        return 0xff_ffff;
    }

    @Override
    public boolean hasZone(Zone zone) {
        return true;
    }

    @Override
    public long allocate(int order, Zone highest) {
        return NO_PAGES;
    }

    @Override
    public void free(long physical, int order) {}

    @Override
    public long reserveAtBoot(long bytes, long limit) {
        return start;
    }

    @Override
    public void releaseAtBoot(long physical, long bytes) {}
}
