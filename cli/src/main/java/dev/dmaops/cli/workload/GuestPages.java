package dev.dmaops.cli.workload;

import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.GrantStatus;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.random.RandomGenerator;

/** Domains beside dom0 with pages that they grant it, and dom0's side of that. */
final class GuestPages {
    static final int PAGE = 4096;
    /** Pages of each domain. */
    static final int PAGES = 64;

    private final XenMachine machine;
    private final List<XenDomain> guests;

    /** Starts the domains. */
    GuestPages(XenMachine machine) {
        this.machine = machine;
        guests = GuestDomains.start(machine, PAGES);
    }

    XenMachine machine() {
        return machine;
    }

    /** Some domain. */
    XenDomain guest(RandomGenerator random) {
        return guests.get(random.nextInt(guests.size()));
    }

    /** The page as the domain sees it. */
    MemorySegment seenBy(XenDomain guest, long pfn) {
        return machine.memoryOf(guest).segment(pfn * PAGE, PAGE);
    }

    /**
     * A page that its domain granted to dom0 and dom0 has mapped.
     *
     * @param reference the grant
     * @param page where dom0 and its devices find it
     */
    record Shared(XenDomain guest, long pfn, int reference, ForeignPage page) {}

    /** Has the domain grant a page and maps it. */
    Shared share(XenDomain guest, long pfn, boolean readOnly, DeviceTally tally) {
        int reference = guest.grants().offer(machine.domain().id(), pfn, readOnly);
        ForeignPage page = machine.foreign().map(guest.id(), reference, readOnly);
        if (!page.isMapped()) {
            throw new IllegalStateException(guest + ": pfn=" + pfn + " cannot be mapped: " + page.status());
        }
        tally.foreignMaps++;
        return new Shared(guest, pfn, reference, page);
    }

    /** Unmaps it and has the domain take its grant back, which must work now. */
    void end(Shared shared, DeviceTally tally) {
        boolean unmapped = machine.foreign().unmap(shared.page()) == GrantStatus.OKAY;
        tally.mismatchedBytes += unmapped && shared.guest().grants().revoke(shared.reference()) ? 0 : PAGE;
    }
}
