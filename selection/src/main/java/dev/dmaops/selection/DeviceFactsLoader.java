package dev.dmaops.selection;

import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.Sourced;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the description of a device into facts over those of its system. */
final class DeviceFactsLoader {
    private final Map<String, Group> groups = new HashMap<>();

    DeviceFactsLoader(List<DeviceDescription> devices) {
        for (DeviceDescription device : devices) {
            device.iommu()
                    .filter(iommu -> !iommu.group().isEmpty())
                    .ifPresent(iommu -> groups.merge(iommu.group(), Group.of(device, iommu), Group::plus));
        }
    }

    Facts load(Facts system, DeviceDescription device) {
        Facts facts = system.over();
        String origin = device.origin();
        facts.give(DeviceFacts.BUS, device.bus(), origin);
        facts.give(DeviceFacts.FIRMWARE, device.firmware(), origin);
        facts.give(DeviceFacts.ON_CONFIGURED_BUS, device.configured(), origin);
        facts.give(DeviceFacts.ACPI_CCA, device.acpiCoherency(), origin);
        device.ranges()
                .ifPresent(ranges ->
                        facts.give(DeviceFacts.FIRMWARE_RANGES, Optional.of(ranges.value()), ranges.origin()));
        device.coherent()
                .ifPresent(coherent -> facts.give(
                        DeviceFacts.FIRMWARE_COHERENT, new Sourced<>(Saying.of(coherent.value()), coherent.origin())));
        facts.give(DeviceFacts.UNTRUSTED, device.untrusted());
        facts.give(DeviceFacts.VIRTIO, device.virtio(), origin);
        facts.give(DeviceFacts.GRANT_DMA, device.grantDma(), origin);
        device.restrictedPool().ifPresent(region -> facts.give(DeviceFacts.RESTRICTED_REGION, true, region.origin()));
        device.busLimit().ifPresent(limit -> facts.give(DeviceFacts.GIVEN_BUS_LIMIT, limit));
        device.streamingMask().ifPresent(mask -> facts.give(DeviceFacts.WANTED_MASK, mask));
        device.coherentMask().ifPresent(mask -> facts.give(DeviceFacts.WANTED_COHERENT_MASK, mask));
        device.iommu().ifPresent(iommu -> iommu(facts, device, iommu));
        return facts;
    }

    private void iommu(Facts facts, DeviceDescription device, IommuAttachment iommu) {
        String origin = iommu.origin();
        Group group = iommu.group().isEmpty()
                ? Group.of(device, iommu)
                : groups.getOrDefault(iommu.group(), Group.of(device, iommu));
        facts.give(DeviceFacts.IOMMU, Optional.of(iommu.hardware()), origin);
        facts.give(DeviceFacts.DEFERRED_FLUSH, iommu.deferredFlush(), origin);
        facts.give(DeviceFacts.DRIVER_WISHES, group.wishes(), origin);
        facts.give(
                DeviceFacts.GROUP_UNTRUSTED,
                group.untrusted,
                device.untrusted().value() ? device.untrusted().origin() : origin);
    }

    /** What the devices of one group say together. */
    private record Group(boolean identity, boolean dma, boolean untrusted) {
        static Group of(DeviceDescription device, IommuAttachment iommu) {
            return new Group(
                    iommu.driverWish() == DriverWish.IDENTITY,
                    iommu.driverWish() == DriverWish.DMA,
                    device.bus() == Bus.PCI && device.untrusted().value());
        }

        Group plus(Group other) {
            return new Group(identity || other.identity, dma || other.dma, untrusted || other.untrusted);
        }

        List<DriverWish> wishes() {
            if (identity && dma) {
                return List.of(DriverWish.IDENTITY, DriverWish.DMA);
            }
            return identity ? List.of(DriverWish.IDENTITY) : dma ? List.of(DriverWish.DMA) : List.of();
        }
    }
}
