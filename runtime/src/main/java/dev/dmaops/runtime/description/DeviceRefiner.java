package dev.dmaops.runtime.description;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.runtime.configuration.DeviceSettings;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.Sourced;
import java.util.Optional;

/** Lays what the configuration says of a device over what firmware says. */
final class DeviceRefiner {
    private DeviceRefiner() {}

    /** A device of the device tree, refined. */
    static DeviceDescription refine(DeviceDescription device, DeviceSettings settings) {
        return new DeviceDescription(
                device.id(),
                device.node(),
                device.bus(),
                device.firmware(),
                device.acpiCoherency(),
                ranges(settings).or(device::ranges),
                settings.coherent().or(device::coherent),
                device.iommu(),
                settings.untrusted().orElse(device.untrusted()),
                device.restrictedPool(),
                settings.virtio().map(Sourced::value).orElse(device.virtio()),
                device.grantDma(),
                settings.mask().or(device::streamingMask),
                settings.coherentMask().or(settings::mask).or(device::coherentMask),
                settings.busLimit().or(device::busLimit),
                constraints(device.constraints(), settings),
                device.configured(),
                settings.backend().or(device::forcedBackend),
                device.origin());
    }

    /**
     * A device that no device tree describes.
     *
     * @param boardHasTree whether there is a tree: what it does not describe is made by board code and goes through no bus's
     *     DMA configuration
     */
    static DeviceDescription describe(DeviceSettings settings, Architecture architecture, boolean boardHasTree) {
        Bus bus = settings.bus().map(Sourced::value).orElse(Bus.PLATFORM);
        boolean pc = architecture == Architecture.X86;
        Firmware firmware = pc || !boardHasTree ? Firmware.ACPI : Firmware.NONE;
        return new DeviceDescription(
                settings.id(),
                settings.id(),
                bus,
                firmware,
                !settings.noDma().map(Sourced::value).orElse(false),
                ranges(settings),
                settings.coherent(),
                Optional.empty(),
                settings.untrusted().orElse(Sourced.byDefault(false)),
                Optional.empty(),
                settings.virtio().map(Sourced::value).orElse(false),
                false,
                settings.mask(),
                settings.coherentMask().or(settings::mask),
                settings.busLimit(),
                constraints(bus == Bus.PCI ? DmaConstraints.PCI : DmaConstraints.DEFAULT, settings),
                firmware != Firmware.NONE,
                settings.backend(),
                settings.origin());
    }

    private static Optional<Sourced<DmaRangeMap>> ranges(DeviceSettings settings) {
        return settings.ranges().map(ranges -> new Sourced<>(DmaRangeMap.of(ranges.value()), ranges.origin()));
    }

    private static DmaConstraints constraints(DmaConstraints base, DeviceSettings settings) {
        return new DmaConstraints(
                settings.maxSegmentBytes().map(Sourced::value).orElse(base.maxSegmentBytes()),
                settings.boundaryBytes().map(bytes -> bytes.value() - 1).orElse(base.segmentBoundaryMask()),
                settings.minAlignBytes().map(bytes -> bytes.value() - 1).orElse(base.minAlignMask()));
    }
}
