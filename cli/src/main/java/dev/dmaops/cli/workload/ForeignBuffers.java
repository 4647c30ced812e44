package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaPlatform;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Pages of other domains, mapped into dom0 once and for all, as a block backend does with persistent grants. None where there is no
 * dom0.
 */
final class ForeignBuffers implements AutoCloseable {
    private static final int PAGES = 32;
    private static final long PAGE = 4096;

    private final List<Shared> pages = new ArrayList<>();
    private final List<Runnable> unmaps = new ArrayList<>();

    /**
     * One page.
     *
     * @param physical where dom0 sees it
     * @param seenByOwner the page as its owner sees it
     */
    record Shared(long physical, MemorySegment seenByOwner) {}

    private ForeignBuffers() {}

    /** Starts domains beside dom0 and maps pages of them; none when the platform is no dom0. */
    static ForeignBuffers of(DmaPlatform platform) {
        ForeignBuffers buffers = new ForeignBuffers();
        platform.part(XenMachine.class)
                .filter(machine -> machine.domain().initial())
                .ifPresent(buffers::share);
        return buffers;
    }

    private void share(XenMachine machine) {
        GuestDomains.start(machine, PAGES).forEach(guest -> share(machine, guest));
    }

    private void share(XenMachine machine, XenDomain guest) {
        PhysicalMemory memory = machine.memoryOf(guest);
        for (int i = 0; i < PAGES; i++) {
            int reference = guest.grants().offer(machine.domain().id(), i, false);
            ForeignPage page = machine.foreign().map(guest.id(), reference, false);
            if (page.isMapped()) {
                pages.add(new Shared(page.physical(), memory.segment(i * PAGE, PAGE)));
                unmaps.add(() -> machine.foreign().unmap(page));
            }
        }
    }

    /** Whether there is any. */
    boolean any() {
        return !pages.isEmpty();
    }

    /** Some page. */
    Shared page(RandomGenerator random) {
        return pages.get(random.nextInt(pages.size()));
    }

    /** Unmaps them. The domains stay. */
    @Override
    public void close() {
        unmaps.forEach(Runnable::run);
        unmaps.clear();
        pages.clear();
    }
}
