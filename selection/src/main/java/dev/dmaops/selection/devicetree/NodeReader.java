package dev.dmaops.selection.devicetree;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.DmaCoherence;
import dev.dmaops.firmware.devicetree.DmaRangeMap;
import dev.dmaops.firmware.devicetree.IommuMap;
import dev.dmaops.firmware.devicetree.Iommus;
import dev.dmaops.firmware.devicetree.PhandleReference;
import dev.dmaops.firmware.devicetree.PlatformDevice;
import dev.dmaops.firmware.devicetree.RestrictedDmaPool;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.DeviceDescription.RestrictedRegion;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Describes one device from its nodes. */
final class NodeReader {
    private static final Pattern VIRTIO_PCI = Pattern.compile("pci1af4,10[0-7][0-9a-f]");

    private NodeReader() {}

    static DeviceDescription platform(PlatformDevice device) {
        DeviceTreeNode node = device.node();
        boolean virtio = Iommus.isVirtioTransport(node);
        return new DeviceDescription(
                device.name(),
                node.path(),
                Bus.PLATFORM,
                Firmware.DEVICE_TREE,
                true,
                ranges(DmaRangeMap.ofDevice(node)),
                coherence(node),
                iommu(node),
                Sourced.byDefault(false),
                restricted(Optional.of(node), node),
                virtio,
                Iommus.xenGrantDomain(node).isPresent(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DmaConstraints.DEFAULT,
                true,
                Optional.empty(),
                DeviceTreeDevices.origin(node, ""));
    }

    static DeviceDescription pci(PciHost host, PciFunction function) {
        DeviceTreeNode bridge = host.node();
        DeviceTreeNode described = function.node().orElse(bridge);
        return new DeviceDescription(
                function.address(),
                described.path(),
                Bus.PCI,
                Firmware.DEVICE_TREE,
                true,
                ranges(DmaRangeMap.ofBus(bridge)),
                coherence(bridge),
                iommu(bridge, described, function.requesterId()),
                host.externalPort(function)
                        .map(port -> new Sourced<>(true, DeviceTreeDevices.origin(port, "external-facing")))
                        .orElse(Sourced.byDefault(false)),
                restricted(function.node(), bridge),
                function.node()
                        .filter(node -> node.compatible().stream()
                                .anyMatch(type -> VIRTIO_PCI.matcher(type).matches()))
                        .isPresent(),
                Iommus.xenGrantDomain(bridge, function.requesterId()).isPresent(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DmaConstraints.PCI,
                true,
                Optional.empty(),
                DeviceTreeDevices.origin(described, ""));
    }

    // Ranges that cannot be translated count as none, as when Linux configures a platform or PCI device.
    private static Optional<Sourced<dev.dmaops.api.DmaRangeMap>> ranges(DmaRangeMap found) {
        if (!(found instanceof DmaRangeMap.Windows windows)) {
            return Optional.empty();
        }
        List<DmaRange> ranges = windows.windows().stream()
                .map(window -> new DmaRange(window.cpuStart(), window.dmaStart(), window.size()))
                .toList();
        return Optional.of(new Sourced<>(
                dev.dmaops.api.DmaRangeMap.of(ranges), DeviceTreeDevices.origin(windows.bus(), "dma-ranges")));
    }

    private static Optional<Sourced<Boolean>> coherence(DeviceTreeNode node) {
        DmaCoherence said = DmaCoherence.of(node);
        boolean coherent = said.kind() == DmaCoherence.Kind.COHERENT;
        return said.node()
                .map(by -> new Sourced<>(
                        coherent, DeviceTreeDevices.origin(by, coherent ? "dma-coherent" : "dma-noncoherent")));
    }

    private static Optional<IommuAttachment> iommu(DeviceTreeNode node) {
        List<PhandleReference> iommus = Iommus.of(node);
        if (iommus.isEmpty()) {
            return Optional.empty();
        }
        PhandleReference first = iommus.getFirst();
        long id = first.args().isEmpty() ? 0 : first.args().getFirst();
        return attachment(first.target(), node, id, DeviceTreeDevices.origin(node, "iommus"));
    }

    private static Optional<IommuAttachment> iommu(DeviceTreeNode bridge, DeviceTreeNode function, long requesterId) {
        return IommuMap.of(bridge)
                .flatMap(map -> map.translate(requesterId))
                .flatMap(target -> attachment(
                        target.iommu(), function, target.id(), DeviceTreeDevices.origin(bridge, "iommu-map")));
    }

    /** A disabled IOMMU, and Xen's pseudo IOMMU for grants, stand in front of nothing. */
    private static Optional<IommuAttachment> attachment(
            DeviceTreeNode iommu, DeviceTreeNode device, long id, String origin) {
        if (!iommu.available() || iommu.isCompatible("xen,grant-dma")) {
            return Optional.empty();
        }
        Hardware hardware = IommuKinds.of(iommu);
        return Optional.of(new IommuAttachment(
                hardware, IommuKinds.wish(iommu, device), IommuKinds.deferredFlush(hardware), id, origin));
    }

    private static Optional<RestrictedRegion> restricted(Optional<DeviceTreeNode> device, DeviceTreeNode configuring) {
        return RestrictedDmaPool.ofDevice(device, configuring)
                .filter(RestrictedDmaPool::usable)
                .map(pool -> new RestrictedRegion(
                        pool.region().node().name(),
                        ReservedPlaces.of(pool.region()),
                        DeviceTreeDevices.origin(device.orElse(configuring), "memory-region")));
    }
}
