package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.GrantStatus;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import dev.dmaops.runtime.configuration.Workload;
import dev.dmaops.spi.Sourced;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.random.RandomGenerator;

/** Domains beside dom0 with pages that they grant it, and dom0's side of that. */
final class GuestPages {
    static final int PAGE = 4096;
    /** Pages of each domain. */
    static final int PAGES = 64;

    private final XenMachine machine;
    private final Sourced<Workload> workload;
    private final List<XenDomain> guests;

    /**
     * Starts the domains.
     *
     * @param workload what they are for, and where the configuration says so
     * @throws DmaConfigurationException BAD_MACHINE when the host has no memory for any
     */
    GuestPages(XenMachine machine, Sourced<Workload> workload) {
        this.machine = machine;
        this.workload = workload;
        guests = GuestDomains.start(machine, PAGES);
        if (guests.isEmpty()) {
            throw problem("maps pages of other domains: expected more than " + 2L * PAGES * PAGE
                    + " bytes of the host's RAM to be left beside dom0's, found "
                    + machine.host().freeFrames() * PAGE + ". Enlarge machine.host-ram.");
        }
    }

    /**
     * What is wrong with the configuration, at the line of its workload.
     *
     * @param what goes on after the workload's name
     */
    DmaConfigurationException problem(String what) {
        return new DmaConfigurationException(
                DmaErrorCode.BAD_MACHINE,
                workload.origin() + ": workload",
                workload.value().text() + " " + what);
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

    /**
     * Has the domain grant a page and maps it.
     *
     * @throws DmaConfigurationException BAD_MACHINE when dom0 has no frame to map it at; nothing stays granted
     */
    Shared share(XenDomain guest, long pfn, boolean readOnly, DeviceTally tally) {
        int reference = guest.grants().offer(machine.domain().id(), pfn, readOnly);
        ForeignPage page = machine.foreign().map(guest.id(), reference, readOnly);
        if (page.status() == GrantStatus.GENERAL_ERROR) {
            guest.grants().revoke(reference);
            throw problem(
                    "cannot map page " + pfn + " of " + guest
                            + ": expected a frame of dom0 with no RAM behind, found none with "
                            + machine.foreign().count() + " pages mapped (" + page.status()
                            + "). Give dom0 more RAM (machine.ram or machine.memory), or set hypervisor.unpopulated-pages = yes.");
        }
        if (!page.isMapped()) {
            throw new IllegalStateException(guest + ": pfn=" + pfn + " cannot be mapped: " + page.status());
        }
        tally.foreignMaps++;
        return new Shared(guest, pfn, reference, page);
    }

    /** Unmaps it and has the domain take its grant back, which must work now. */
    void end(Shared shared, DeviceTally tally) {
        if (machine.foreign().unmap(shared.page()) == GrantStatus.OKAY) {
            takeBack(shared.guest(), shared.reference(), PAGE, tally);
        } else {
            tally.mismatchedBytes += PAGE;
        }
    }

    /**
     * Has the domain take a grant back that nobody maps, which must work.
     *
     * @param bytes what counts as wrong when it does not
     */
    void takeBack(XenDomain guest, int reference, long bytes, DeviceTally tally) {
        tally.mismatchedBytes += guest.grants().revoke(reference) ? 0 : bytes;
    }
}
