package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaMask;
import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedHost;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.runtime.assembly.Planner;
import dev.dmaops.runtime.configuration.IommuSettings;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens the system of a recording: its devices as bus and firmware describe them, its RAM, and below them the hypervisor with the
 * frames that it gave.
 *
 * <p>The command line was not recorded. It says {@code swiotlb=force} when the pool was forced, and a number of slots only when the
 * kernel's rules would not have come to the recorded one by themselves.
 */
final class XenPlatform {
    /** The end of the ids of devices that do not snoop: recordings take coherence from a device and give it back. */
    static final String SNOOPS_NOT = " without snooping";

    private static final int SET_ORDER = 6;
    private static final int NARROWEST = SET_ORDER + BusFrames.SHIFT;
    private static final int ENOMEM = -12;
    private static final long LOWEST = 1L << 20;

    /** The kernel makes page structures for address space in sections: places of foreign pages have neighbours that look valid. */
    private static final long SECTION = 128L << 20;

    private final XenHeader header;
    private final XenScan scan;

    private XenPlatform(XenHeader header, XenScan scan) {
        this.header = header;
        this.scan = scan;
    }

    static XenState open(XenHeader header, XenScan scan) {
        return new XenPlatform(header, scan).open();
    }

    private XenState open() {
        PlatformDescription description = description(scan.forced ? "swiotlb=force" : "");
        if (planned(description) != scan.slots) {
            description = description(
                    scan.slots == 0 ? "swiotlb=noforce" : "swiotlb=" + scan.slots + (scan.forced ? ",force" : ""));
        }
        ReplayedSystem system = ReplayedSystem.of(description);
        system = scan.late
                ? system.withLatePool(scan.pool).keeping(kept())
                : system.withPool(scan.pool).keeping(keptBeside(scan.pool));
        ReplayedFrames frames = frames(description.system().ram());
        system = system.above(new ReplayedHost(frames, scan.places.ranges()));
        return new XenState(header, scan, ReplayPlatform.open(system), frames);
    }

    private List<MemoryRange> keptBeside(Optional<MemoryRange> pool) {
        keepLowest();
        return pool.map(scan.allocated::without).orElseGet(scan.allocated::ranges);
    }

    private List<MemoryRange> kept() {
        keepLowest();
        return scan.allocated.ranges();
    }

    /** A PC's kernel leaves the first MiB to firmware and to processors that start; in a PV domain there is neither. */
    private void keepLowest() {
        if (pc() && header.hypervisor().kind() != Hypervisor.Kind.XEN_PV) {
            ram().stream()
                    .filter(range -> range.start() < LOWEST)
                    .forEach(range -> scan.allocated.add(
                            Math.max(range.start(), header.pageBytes()), LOWEST - header.pageBytes()));
        }
    }

    private static int planned(PlatformDescription description) {
        PlatformPlan plan = Planner.plan(description, Providers.load(), description.topology());
        PoolPlan pool = plan.pool();
        return pool == null ? 0 : pool.slots();
    }

    private PlatformDescription description(String commandLine) {
        PlatformBuilder builder = PlatformConfiguration.builder(header.architecture())
                .name(header.scenario())
                .kernel(header.kernel())
                .commandLine(commandLine)
                .hypervisor(header.hypervisor())
                .machine(machine());
        List<Sourced<String>> behind = new ArrayList<>();
        scan.devices.forEach((id, row) -> {
            Bus bus = row.text("bus").equals("pci") ? Bus.PCI : Bus.PLATFORM;
            boolean coherent = pc() || row.flag("dma_coherent");
            builder.device(id, device -> device.bus(bus).coherent(coherent).mask(DmaMask.ALL));
            if (!pc()) {
                builder.device(
                        id + SNOOPS_NOT,
                        device -> device.bus(bus).coherent(false).mask(DmaMask.ALL));
            }
            if (row.flag("dma_iommu")) {
                behind.add(Sourced.byDefault(id));
                if (!pc()) {
                    behind.add(Sourced.byDefault(id + SNOOPS_NOT));
                }
            }
        });
        if (!behind.isEmpty()) {
            builder.iommu(new IommuSettings(
                    Sourced.byDefault(true),
                    behind,
                    Optional.of(Sourced.byDefault(pc() ? Hardware.INTEL : Hardware.SMMU)),
                    Optional.empty(),
                    Optional.empty()));
        }
        PlatformDescription described = PlatformDescription.of(builder.build());
        return new PlatformDescription(
                described.configuration(),
                described.system(),
                described.devices().stream().map(this::asFirmwareSays).toList(),
                described.cacheLineBytes());
    }

    private boolean pc() {
        return header.architecture() == Architecture.X86;
    }

    /** On Arm, devices that board code made, and those that no driver was tried on, have not been through DMA configuration. */
    private DeviceDescription asFirmwareSays(DeviceDescription device) {
        Row row = scan.devices.get(XenState.withoutCoherence(device.id()));
        if (pc() || row == null) {
            return device;
        }
        boolean described = row.has("of_path") || device.bus() == Bus.PCI;
        boolean tried = !row.text("driver").isEmpty()
                || row.flag("dma_iommu")
                || row.flag("dma_coherent")
                || !row.isNull("dev_dma_ops");
        return new DeviceDescription(
                device.id(),
                device.node(),
                device.bus(),
                described ? Firmware.DEVICE_TREE : Firmware.NONE,
                device.acpiCoherency(),
                device.ranges(),
                device.coherent(),
                device.iommu(),
                device.untrusted(),
                device.restrictedPool(),
                device.virtio(),
                device.grantDma(),
                device.streamingMask(),
                device.coherentMask(),
                device.busLimit(),
                device.constraints(),
                described && tried,
                device.forcedBackend(),
                device.origin());
    }

    private MachineSettings machine() {
        return new MachineSettings(
                Sourced.byDefault("sim"),
                Optional.empty(),
                ram().stream().map(range -> new Sourced<>(range, "recording")).toList(),
                Optional.of(new Sourced<>(header.pageBytes(), "recording header")),
                Optional.of(new Sourced<>(header.cpus(), "recording header")),
                Optional.of(Sourced.byDefault(64)),
                Sourced.byDefault(1L),
                List.of());
    }

    private List<MemoryRange> ram() {
        if (scan.ram.isEmpty()) {
            return XenRam.of(header, scan.named);
        }
        PageSet ram = new PageSet(header.pageBytes());
        scan.ram.forEach(run -> ram.add(run.pfn() << BusFrames.SHIFT, run.length() << BusFrames.SHIFT));
        return ram.ranges();
    }

    /** The frames at the start, and how the pool got its own: narrow widths fail until Xen has a block for the next set. */
    private ReplayedFrames frames(List<MemoryRange> ram) {
        ReplayedFrames frames = new ReplayedFrames();
        frames.withoutCaches();
        if (scan.ram.isEmpty()) {
            ram.forEach(range -> frames.ram(
                    range.start() >>> BusFrames.SHIFT,
                    range.start() >>> BusFrames.SHIFT,
                    range.bytes() >>> BusFrames.SHIFT));
        }
        scan.ram.forEach(run -> frames.ram(run.pfn(), run.bfn(), run.length()));
        scan.identity.forEach(run -> frames.identity(run.pfn(), run.length()));
        scan.places.ranges().forEach(place -> {
            long first = place.start() & -SECTION;
            long end = (place.last() & -SECTION) + SECTION;
            frames.valid(first >>> BusFrames.SHIFT, (end - first) >>> BusFrames.SHIFT);
        });
        frames.listLength(scan.listLength);
        if (header.hypervisor().cacheFlush()) {
            frames.offerCacheFlush();
        }
        if (header.hypervisor().kind() == Hypervisor.Kind.XEN_PV) {
            int width = NARROWEST;
            for (long first : scan.poolSets) {
                long last = first + (1L << SET_ORDER) - 1;
                for (; width < Long.SIZE && last >>> (width - BusFrames.SHIFT) != 0; width++) {
                    frames.exchangeFails(ENOMEM);
                }
                frames.exchangeYields(first);
            }
        }
        return frames;
    }
}
