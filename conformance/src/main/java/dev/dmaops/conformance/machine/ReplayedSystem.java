package dev.dmaops.conformance.machine;

import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a recording says of the system that it was made on. Built up step by step, each giving a new one.
 *
 * @param description the system, its kind of machine {@code sim}
 * @param pool where the pool was; empty when there was none
 * @param late whether it was made after boot, from the page allocator; its place is then part of {@code keep}
 * @param keep the other pages that the recording names, so that nobody else gets them
 * @param onlineCpus processors that ran; 0 for all
 * @param geometries what the IOMMU in front of a device can do, where the usual is not right
 * @param replan changes the plan that the kernel's rules give, for systems that no command line asks for
 * @param host the hypervisor below; empty without one
 */
public record ReplayedSystem(
        PlatformDescription description,
        Optional<MemoryRange> pool,
        boolean late,
        List<MemoryRange> keep,
        int onlineCpus,
        Map<String, IommuGeometry> geometries,
        UnaryOperator<PlatformPlan> replan,
        Optional<ReplayedHost> host) {
    /** Copies what can change. */
    public ReplayedSystem {
        keep = List.copyOf(keep);
        geometries = Map.copyOf(geometries);
    }

    /** A system without a pool, and without anything unusual. */
    public static ReplayedSystem of(PlatformDescription description) {
        return new ReplayedSystem(
                description,
                Optional.empty(),
                false,
                List.of(),
                0,
                Map.of(),
                UnaryOperator.identity(),
                Optional.empty());
    }

    /** With a pool made at boot. */
    public ReplayedSystem withPool(Optional<MemoryRange> place) {
        return new ReplayedSystem(description, place, false, keep, onlineCpus, geometries, replan, host);
    }

    /** With a pool made after boot, in a place that is among the kept pages. */
    public ReplayedSystem withLatePool(Optional<MemoryRange> place) {
        return new ReplayedSystem(description, place, true, keep, onlineCpus, geometries, replan, host);
    }

    /** With pages kept for the recording. */
    public ReplayedSystem keeping(List<MemoryRange> pages) {
        return new ReplayedSystem(description, pool, late, pages, onlineCpus, geometries, replan, host);
    }

    /** With only so many processors running. */
    public ReplayedSystem online(int processors) {
        return new ReplayedSystem(description, pool, late, keep, processors, geometries, replan, host);
    }

    /** With IOMMUs of their own kind in front of devices, by id. */
    public ReplayedSystem behind(Map<String, IommuGeometry> iommus) {
        return new ReplayedSystem(description, pool, late, keep, onlineCpus, iommus, replan, host);
    }

    /** With a changed plan. */
    public ReplayedSystem replanned(UnaryOperator<PlatformPlan> change) {
        return new ReplayedSystem(description, pool, late, keep, onlineCpus, geometries, change, host);
    }

    /** Above a hypervisor. */
    public ReplayedSystem above(ReplayedHost below) {
        return new ReplayedSystem(description, pool, late, keep, onlineCpus, geometries, replan, Optional.of(below));
    }
}
