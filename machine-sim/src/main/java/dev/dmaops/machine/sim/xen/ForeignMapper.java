package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ForeignPageSource;
import dev.dmaops.spi.ForeignPages;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps other domains' pages as a backend driver does, and tells the platform (gnttab_map_refs and gnttab_unmap_refs,
 * drivers/xen/grant-table.c, 6.12).
 *
 * <p>A page that the platform cannot keep is unmapped again at once and reported as {@link GrantStatus#GENERAL_ERROR}. Any thread may
 * call.
 */
public final class ForeignMapper implements ForeignPageSource {
    private final XenDomain domain;
    private final ForeignPlaces places;
    private final Map<Long, ForeignPage> mapped = new LinkedHashMap<>();
    private @Nullable ForeignPages follower;

    ForeignMapper(XenDomain domain, ForeignPlaces places) {
        this.domain = domain;
        this.places = places;
    }

    @Override
    public synchronized void follow(ForeignPages pages) {
        follower = pages;
        for (ForeignPage page : mapped.values()) {
            pages.mapped(page.physical() >>> BusFrames.SHIFT, page.machineAddress() >>> BusFrames.SHIFT, 1);
        }
    }

    /**
     * Maps a page where there is room.
     *
     * @param granter whose page it is
     * @param reference what that domain told
     */
    public synchronized ForeignPage map(int granter, int reference, boolean readOnly) {
        long pfn = places.take();
        if (pfn == BusFrames.NO_FRAME) {
            return new ForeignPage(GrantStatus.GENERAL_ERROR, 0, 0, GrantMapping.NO_HANDLE);
        }
        ForeignPage page = mapAt(granter, reference, pfn, readOnly);
        if (!page.isMapped()) {
            places.give(pfn);
        }
        return page;
    }

    private ForeignPage mapAt(int granter, int reference, long pfn, boolean readOnly) {
        GrantMapping mapping = domain.grants().map(granter, reference, pfn, readOnly, false);
        GrantStatus status = mapping.status();
        if (status == GrantStatus.OKAY
                && follower != null
                && !follower.mapped(pfn, mapping.busAddress() >>> BusFrames.SHIFT, 1)) {
            domain.grants().unmap(mapping.handle(), pfn);
            status = GrantStatus.GENERAL_ERROR;
        }
        ForeignPage page = new ForeignPage(status, pfn << BusFrames.SHIFT, mapping.busAddress(), mapping.handle());
        if (page.isMapped()) {
            mapped.put(pfn, page);
        }
        return page;
    }

    /** Ends a mapping. Devices must not use it any more, and mappings for them must have been ended before. */
    public synchronized GrantStatus unmap(ForeignPage page) {
        long pfn = page.physical() >>> BusFrames.SHIFT;
        GrantStatus status = domain.grants().unmap(page.handle(), pfn);
        if (status == GrantStatus.OKAY) {
            if (follower != null) {
                follower.unmapped(pfn);
            }
            mapped.remove(pfn);
            places.give(pfn);
        }
        return status;
    }

    /** How many pages of others are mapped. */
    public synchronized int count() {
        return mapped.size();
    }
}
