package dev.dmaops.integration.selection;

import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.Sourced;
import java.util.Optional;

/** Devices like a given one, with one thing changed. */
final class Devices {
    private static final String ORIGIN = "hand-made";

    private Devices() {}

    static DeviceDescription named(DeviceDescription device, String id) {
        return copy(device, id, device.ranges(), device.iommu(), device.configured(), device.forcedBackend());
    }

    static DeviceDescription behind(DeviceDescription device, String id, IommuAttachment iommu) {
        return copy(device, id, device.ranges(), Optional.of(iommu), device.configured(), device.forcedBackend());
    }

    static DeviceDescription ranges(DeviceDescription device, DmaRangeMap ranges) {
        return copy(
                device,
                device.id(),
                Optional.of(new Sourced<>(ranges, ORIGIN)),
                device.iommu(),
                device.configured(),
                device.forcedBackend());
    }

    static DeviceDescription madeByBoardCode(DeviceDescription device) {
        return copy(device, device.id(), device.ranges(), device.iommu(), false, device.forcedBackend());
    }

    static DeviceDescription forced(DeviceDescription device, String backend) {
        return copy(
                device,
                device.id(),
                device.ranges(),
                device.iommu(),
                device.configured(),
                Optional.of(new Sourced<>(backend, "board.conf:12")));
    }

    static DeviceDescription saysNothingOfCoherence(DeviceDescription device) {
        return new DeviceDescription(
                device.id(),
                device.node(),
                device.bus(),
                device.firmware(),
                device.acpiCoherency(),
                device.ranges(),
                Optional.empty(),
                device.iommu(),
                device.untrusted(),
                device.restrictedPool(),
                device.virtio(),
                device.grantDma(),
                device.streamingMask(),
                device.coherentMask(),
                device.busLimit(),
                device.constraints(),
                device.configured(),
                device.forcedBackend(),
                device.origin());
    }

    private static DeviceDescription copy(
            DeviceDescription device,
            String id,
            Optional<Sourced<DmaRangeMap>> ranges,
            Optional<IommuAttachment> iommu,
            boolean configured,
            Optional<Sourced<String>> forcedBackend) {
        return new DeviceDescription(
                id,
                device.node(),
                device.bus(),
                device.firmware(),
                device.acpiCoherency(),
                ranges,
                device.coherent(),
                iommu,
                device.untrusted(),
                device.restrictedPool(),
                device.virtio(),
                device.grantDma(),
                device.streamingMask(),
                device.coherentMask(),
                device.busLimit(),
                device.constraints(),
                configured,
                forcedBackend,
                device.origin());
    }
}
