package dev.dmaops.machine.sim.xen;

import dev.dmaops.machine.sim.SimCpus;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPages;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PhysicalMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A simulated machine with Xen below: what the kernel of one domain finds, with the host and its other domains beside it.
 *
 * <p>{@link #memory} and {@link #pages} are the domain's. Devices put machine addresses on their bus, or, behind Xen's IOMMU, the
 * domain's own. Pages of other domains appear at physical addresses beyond the domain's RAM once {@link #foreign} maps them.
 *
 * <p>Opened as the machine kind {@code sim} when the configuration has a hypervisor. Any thread may call.
 */
public final class XenMachine implements Machine {
    private static final long GIB = 1L << 30;
    private static final long SECTION = 1L << 27;

    /** Address space for pages of others: 8 GiB. */
    private static final int SECTIONS = 64;

    private static final long LOW_MEMORY_FRAMES = 256;
    private static final int NO_LIMIT = 64;

    private final SimMachine all;
    private final XenHost host;
    private final XenDomain domain;
    private final GuestMemory memory;
    private final SimPages pages;
    private final ForeignMapper foreign;
    private final List<Object> parts = new ArrayList<>();
    private final long storeEnd;
    private long nextStore;

    private XenMachine(
            MachineRequest request, SimMachine all, List<MemoryRange> hostRam, MemoryRange others, NodeLayout nodes) {
        this.all = all;
        Hypervisor hypervisor = request.hypervisor();
        OwnRam ram = new OwnRam(request.ram());
        host = new XenHost(hostRam, nodes);
        storeEnd = (others.last() + 1) >>> BusFrames.SHIFT;
        nextStore = others.start() >>> BusFrames.SHIFT;
        long places = roundUp(Math.max(ram.end(), host.end()) << BusFrames.SHIFT, SECTION) >>> BusFrames.SHIFT;
        boolean oneToOne = HostLayout.oneToOne(request);
        domain = new XenDomain(
                host,
                hypervisor.initialDomain() ? 0 : 1,
                hypervisor.kind(),
                hypervisor.initialDomain(),
                oneToOne,
                hypervisor.initialDomain() || !request.devices().isEmpty(),
                0,
                places + SECTIONS * (SECTION >>> BusFrames.SHIFT),
                storeEnd);
        host.add(domain);
        if (oneToOne) {
            HostLayout.populateOneToOne(host, domain, ram);
        } else {
            host.reserve(0, LOW_MEMORY_FRAMES);
            HostLayout.populateAnywhere(host, domain, ram, NO_LIMIT, request.seed());
        }
        memory = new GuestMemory(all.memory(), domain, ram.end() << BusFrames.SHIFT);
        pages = SimPages.of(request.ram(), request.pageBytes(), request.zoneDmaLimit(), request.zoneDma32());
        ForeignPlaces free = new ForeignPlaces(domain, pages, places, hypervisor.unpopulatedPages() ? SECTIONS : 0);
        foreign = new ForeignMapper(domain, free);
        Set<String> behindIommu = behindXensIommu(request);
        boolean translated = hypervisor.kind() != Kind.XEN_PV && !oneToOne;
        all.devices().translate(new XenBus(host, domain, id -> translated || behindIommu.contains(id)));
        FrameValidity validity = pfn -> ram.contains(pfn) || free.isUnpopulated(pfn);
        parts.addAll(List.of(this, new GuestCaches(all.caches(), memory), host, domain, foreign, validity));
        if (hypervisor.kind() == Kind.XEN_PV) {
            parts.add(new PvCalls(host, domain, ram));
        }
        if (hypervisor.kind() == Kind.XEN_ARM && hypervisor.cacheFlush()) {
            parts.add(new XenCacheCalls(host, domain, all.caches()));
        }
    }

    /**
     * Opens a machine.
     *
     * @throws dev.dmaops.api.DmaConfigurationException BAD_MACHINE with everything that is wrong with the description
     */
    public static XenMachine open(MachineRequest request) {
        return open(request, NodeLayout.ONE);
    }

    /** Opens a machine with several nodes. */
    static XenMachine open(MachineRequest request, NodeLayout nodes) {
        List<MemoryRange> hostRam = HostLayout.ram(request);
        List<MemoryRange> store = new ArrayList<>(request.ram());
        long bytes = hostRam.stream().mapToLong(MemoryRange::bytes).sum();
        long end = request.ram().isEmpty() ? 0 : request.ram().getLast().last() + 1;
        MemoryRange others = new MemoryRange(roundUp(end, GIB), roundUp(bytes, request.pageBytes()));
        store.add(others);
        SimMachine all = SimMachine.open(new MachineRequest(
                store,
                request.pageBytes(),
                request.zoneDmaLimit(),
                request.zoneDma32(),
                request.cpus(),
                request.cacheLineBytes(),
                request.devices(),
                request.seed()));
        try {
            return new XenMachine(request, all, hostRam, others, nodes);
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private static Set<String> behindXensIommu(MachineRequest request) {
        Set<String> ids = new HashSet<>();
        request.devices()
                .forEach(plan -> plan.device()
                        .iommu()
                        .filter(iommu -> iommu.hardware() == Hardware.XEN_HIDDEN)
                        .ifPresent(iommu -> ids.add(plan.device().id())));
        return ids;
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    /** The hypervisor. */
    public XenHost host() {
        return host;
    }

    /** The domain whose kernel this machine is for. */
    public XenDomain domain() {
        return domain;
    }

    /** Maps pages of other domains into this one. */
    public ForeignMapper foreign() {
        return foreign;
    }

    /** The devices of this domain, and what went wrong on their buses. */
    public SimDevices devices() {
        return all.devices();
    }

    /**
     * Starts another domain.
     *
     * @param id its number
     * @param bytes its memory, whole pages, from its physical address 0 on
     * @param addressBits its machine frames lie below 2^addressBits; 64 for anywhere, the highest first
     * @throws dev.dmaops.api.DmaConfigurationException BAD_MACHINE when the host has not that much memory
     */
    public synchronized XenDomain startDomain(int id, long bytes, int addressBits) {
        long frames = bytes >>> BusFrames.SHIFT;
        XenDomain other = new XenDomain(host, id, domain.kind(), false, false, false, nextStore, frames, storeEnd);
        host.add(other);
        HostLayout.populateAnywhere(host, other, new OwnRam(List.of(new MemoryRange(0, bytes))), addressBits, id);
        nextStore += frames;
        return other;
    }

    /** What another domain's CPU finds at its physical addresses. */
    public PhysicalMemory memoryOf(XenDomain other) {
        return other == domain ? memory : new GuestMemory(all.memory(), other, 0);
    }

    /**
     * Has Xen copy between pages for this domain, instead of mapping them (GNTTABOP_copy).
     *
     * @param bytes length; neither side may leave its page
     */
    public GrantStatus grantCopy(GrantTable.Side from, GrantTable.Side to, int bytes) {
        return domain.grants().copy(from, to, bytes, all.memory()::copy);
    }

    @Override
    public PhysicalMemory memory() {
        return memory;
    }

    @Override
    public SimPages pages() {
        return pages;
    }

    @Override
    public SimCpus cpus() {
        return all.cpus();
    }

    /**
     * A part by its type: the host, the domain, {@link ForeignMapper}, the calls that Xen has, and what {@link SimMachine#hook} knows
     * of devices and IOMMUs.
     */
    @Override
    public <H> Optional<H> hook(Class<H> type) {
        for (Object part : parts) {
            if (type.isInstance(part)) {
                return Optional.of(type.cast(part));
            }
        }
        // The machine below has other addresses than this one.
        return type == SimMachine.class ? Optional.empty() : all.hook(type);
    }

    /** Gives everything back. Does nothing the second time. */
    @Override
    public void close() {
        all.close();
    }
}
