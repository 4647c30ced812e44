package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.Hypervisor.Kind;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A domain's grant table, version 1, and its mappings of others' grants (xen/common/grant_table.c, 4.17).
 *
 * <p>Offering and revoking are the granter's; mapping, unmapping and copying are the other side's, through its own table. A grant
 * cannot be revoked while somebody maps it. Any thread may call.
 */
public final class GrantTable {
    /** References below are Xen's own. */
    private static final int FIRST_REFERENCE = 8;

    private final XenHost host;
    private final XenDomain domain;
    private final Map<Integer, Offer> offers = new HashMap<>();
    private final ArrayDeque<Integer> freeReferences = new ArrayDeque<>();
    private final Map<Integer, Mapped> mappings = new HashMap<>();
    private int nextReference = FIRST_REFERENCE;
    private int nextHandle;

    private static final class Offer {
        final int to;
        final long pfn;
        final boolean readOnly;
        int pins;

        Offer(int to, long pfn, boolean readOnly) {
            this.to = to;
            this.pfn = pfn;
            this.readOnly = readOnly;
        }
    }

    private record Mapped(XenDomain granter, Offer offer, long pfn, long mfn, boolean readOnly) {}

    GrantTable(XenHost host, XenDomain domain) {
        this.host = host;
        this.domain = domain;
    }

    /**
     * Offers a page (gnttab_grant_foreign_access).
     *
     * @param to the domain that may map it
     * @param pfn the page as this domain numbers it
     * @return the reference to tell the other domain
     */
    public int offer(int to, long pfn, boolean readOnly) {
        synchronized (host) {
            Integer reused = freeReferences.poll();
            int reference = reused == null ? nextReference++ : reused;
            offers.put(reference, new Offer(to, pfn, readOnly));
            return reference;
        }
    }

    /**
     * Takes an offer back (gnttab_end_foreign_access_ref).
     *
     * @return false when it is mapped, and stays
     */
    public boolean revoke(int reference) {
        synchronized (host) {
            Offer offer = offers.get(reference);
            if (offer == null || offer.pins > 0) {
                return false;
            }
            offers.remove(reference);
            freeReferences.push(reference);
            return true;
        }
    }

    /**
     * Maps another domain's page (GNTTABOP_map_grant_ref).
     *
     * @param granter whose page it is
     * @param reference what that domain told
     * @param pfn where this domain wants to see it: a frame with nothing behind
     * @param deviceMap whether a mapping for devices is asked for too (GNTMAP_device_map), which Arm refuses
     */
    public GrantMapping map(int granter, int reference, long pfn, boolean readOnly, boolean deviceMap) {
        synchronized (host) {
            XenDomain other = host.find(granter);
            if (other == null) {
                return GrantMapping.failed(GrantStatus.BAD_DOMAIN);
            }
            Offer offer = other.grants().offers.get(reference);
            if (offer == null) {
                return GrantMapping.failed(GrantStatus.BAD_GRANT_REFERENCE);
            }
            if (offer.to != domain.id()
                    || (offer.readOnly && !readOnly)
                    || (deviceMap && domain.kind() == Kind.XEN_ARM)
                    || domain.machineFrame(pfn) != BusFrames.NO_FRAME) {
                return GrantMapping.failed(GrantStatus.GENERAL_ERROR);
            }
            long mfn = other.machineFrame(offer.pfn);
            if (mfn == BusFrames.NO_FRAME || host.owner(mfn) != other) {
                return GrantMapping.failed(GrantStatus.BAD_PAGE);
            }
            int handle = nextHandle++;
            offer.pins++;
            mappings.put(handle, new Mapped(other, offer, pfn, mfn, readOnly));
            domain.attach(pfn, mfn);
            domain.shares(mfn, !readOnly, 1);
            return new GrantMapping(GrantStatus.OKAY, handle, mfn << BusFrames.SHIFT);
        }
    }

    /**
     * Ends a mapping (GNTTABOP_unmap_grant_ref).
     *
     * @param handle what {@link #map} gave
     * @param pfn where it was mapped
     */
    public GrantStatus unmap(int handle, long pfn) {
        synchronized (host) {
            Mapped mapped = mappings.get(handle);
            if (mapped == null) {
                return GrantStatus.BAD_HANDLE;
            }
            if (mapped.pfn != pfn) {
                return GrantStatus.GENERAL_ERROR;
            }
            mappings.remove(handle);
            domain.detach(pfn);
            domain.shares(mapped.mfn, !mapped.readOnly, -1);
            mapped.offer.pins--;
            return GrantStatus.OKAY;
        }
    }

    /**
     * Has Xen copy between two pages (GNTTABOP_copy).
     *
     * @param from the page to read
     * @param to the page to write
     * @param bytes length; neither side may leave its page
     * @param memory the bytes of all domains
     */
    GrantStatus copy(Side from, Side to, int bytes, StoredBytes memory) {
        synchronized (host) {
            if (leavesPage(from, bytes) || leavesPage(to, bytes)) {
                return GrantStatus.BAD_COPY;
            }
            GrantStatus readable = check(from, false);
            GrantStatus writable = check(to, true);
            if (readable != GrantStatus.OKAY || writable != GrantStatus.OKAY) {
                return readable == GrantStatus.OKAY ? writable : readable;
            }
            memory.copy(address(from), address(to), bytes);
            return GrantStatus.OKAY;
        }
    }

    /** Moves bytes between places of the memory of all domains. */
    @FunctionalInterface
    interface StoredBytes {
        void copy(long from, long to, long bytes);
    }

    /**
     * One side of a copy.
     *
     * @param granter whose page it is, by a reference; the domain itself to name an own page
     * @param page the reference, or the own frame
     * @param offset first byte in the page
     */
    public record Side(int granter, long page, int offset) {}

    private GrantStatus check(Side side, boolean write) {
        if (side.granter == domain.id()) {
            return domain.machineFrame(side.page) == BusFrames.NO_FRAME ? GrantStatus.BAD_PAGE : GrantStatus.OKAY;
        }
        XenDomain other = host.find(side.granter);
        if (other == null) {
            return GrantStatus.BAD_DOMAIN;
        }
        Offer offer = other.grants().offers.get((int) side.page);
        if (offer == null) {
            return GrantStatus.BAD_GRANT_REFERENCE;
        }
        if (offer.to != domain.id() || (write && offer.readOnly)) {
            return GrantStatus.GENERAL_ERROR;
        }
        return other.machineFrame(offer.pfn) == BusFrames.NO_FRAME ? GrantStatus.BAD_PAGE : GrantStatus.OKAY;
    }

    private long address(Side side) {
        XenDomain owner = side.granter == domain.id() ? domain : host.domain(side.granter);
        Offer offer = owner == domain ? null : owner.grants().offers.get((int) side.page);
        long pfn = offer == null ? side.page : offer.pfn;
        return (owner.storedFrame(pfn) << BusFrames.SHIFT) + side.offset;
    }

    private static boolean leavesPage(Side side, int bytes) {
        return side.offset < 0 || bytes < 0 || side.offset + bytes > BusFrames.BYTES;
    }

    /** Whether this domain maps a frame of another there. */
    boolean hasMapping(long pfn, long mfn) {
        return mappings.values().stream().anyMatch(mapped -> mapped.pfn == pfn && mapped.mfn == mfn);
    }

    /** How many mappings of others' pages this domain holds. */
    public int mappings() {
        synchronized (host) {
            return mappings.size();
        }
    }

    /** How often a grant of this domain is mapped; -1 when there is none of that reference. */
    public int pins(int reference) {
        synchronized (host) {
            @Nullable Offer offer = offers.get(reference);
            return offer == null ? -1 : offer.pins;
        }
    }
}
