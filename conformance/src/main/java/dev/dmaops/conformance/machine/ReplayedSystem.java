package dev.dmaops.conformance.machine;

import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a recording says of the system that it was made on.
 *
 * @param description the system, its kind of machine {@code sim}
 * @param pool where the pool was; empty when there was none
 * @param late whether it was made after boot, from the page allocator; its place is then part of {@code keep}
 * @param keep the other pages that the recording names, so that nobody else gets them
 * @param replan changes the plan that the kernel's rules give, for systems that no command line asks for
 * @param host the hypervisor below; empty without one
 */
public record ReplayedSystem(
        PlatformDescription description,
        Optional<MemoryRange> pool,
        boolean late,
        List<MemoryRange> keep,
        UnaryOperator<PlatformPlan> replan,
        Optional<ReplayedHost> host) {
    /** Copies the list. */
    public ReplayedSystem {
        keep = List.copyOf(keep);
    }

    /** A system without a pool, and without anything unusual. */
    public static ReplayedSystem of(PlatformDescription description) {
        return new ReplayedSystem(
                description, Optional.empty(), false, List.of(), UnaryOperator.identity(), Optional.empty());
    }

    /** The same with a pool made at boot. */
    public ReplayedSystem withPool(Optional<MemoryRange> place) {
        return new ReplayedSystem(description, place, false, keep, replan, host);
    }

    /** The same with a pool made after boot, in a place that is among the kept pages. */
    public ReplayedSystem withLatePool(Optional<MemoryRange> place) {
        return new ReplayedSystem(description, place, true, keep, replan, host);
    }

    /** The same with pages kept for the recording. */
    public ReplayedSystem keeping(List<MemoryRange> pages) {
        return new ReplayedSystem(description, pool, late, pages, replan, host);
    }

    /** The same with a changed plan. */
    public ReplayedSystem replanned(UnaryOperator<PlatformPlan> change) {
        return new ReplayedSystem(description, pool, late, keep, change, host);
    }

    /** The same above a hypervisor. */
    public ReplayedSystem above(ReplayedHost below) {
        return new ReplayedSystem(description, pool, late, keep, replan, Optional.of(below));
    }
}
