package dev.dmaops.spi;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import java.util.Optional;

/**
 * One device as firmware and bus describe it, before any choice.
 *
 * @param id the device's id
 * @param node where it is described: device tree path, PCI address
 * @param bus which bus it is on
 * @param firmware what described it
 * @param acpiCoherency whether ACPI says that the device can do DMA at all ({@code _CCA})
 * @param ranges the bus's windows, translated to CPU addresses; empty when firmware gives none
 * @param coherent whether firmware says that it snoops; empty when it says nothing
 * @param iommu the IOMMU in front of it
 * @param untrusted whether it is behind an external port
 * @param restrictedPool its restricted-dma-pool
 * @param virtio whether it is a virtio transport
 * @param grantDma whether its IOMMU is Xen's pseudo device for grants
 * @param streamingMask mask that its driver will ask for; empty for the bus's default
 * @param coherentMask mask that its driver will ask for coherent memory; empty for the bus's default
 * @param busLimit limit set by hand; empty to take firmware's
 * @param constraints what its DMA engine asks of its pieces
 * @param configured whether it goes through the bus's DMA configuration: devices made by board code do not
 * @param forcedBackend backend that the configuration insists on
 * @param origin where the description came from
 */
public record DeviceDescription(
        String id,
        String node,
        Bus bus,
        Firmware firmware,
        boolean acpiCoherency,
        Optional<Sourced<DmaRangeMap>> ranges,
        Optional<Sourced<Boolean>> coherent,
        Optional<IommuAttachment> iommu,
        Sourced<Boolean> untrusted,
        Optional<RestrictedRegion> restrictedPool,
        boolean virtio,
        boolean grantDma,
        Optional<Sourced<Long>> streamingMask,
        Optional<Sourced<Long>> coherentMask,
        Optional<Sourced<Long>> busLimit,
        DmaConstraints constraints,
        boolean configured,
        Optional<Sourced<String>> forcedBackend,
        String origin) {
    /** The same device behind another IOMMU, or behind none. */
    public DeviceDescription withIommu(Optional<IommuAttachment> attachment) {
        return new DeviceDescription(
                id,
                node,
                bus,
                firmware,
                acpiCoherency,
                ranges,
                coherent,
                attachment,
                untrusted,
                restrictedPool,
                virtio,
                grantDma,
                streamingMask,
                coherentMask,
                busLimit,
                constraints,
                configured,
                forcedBackend,
                origin);
    }

    /** Buses. */
    public enum Bus {
        /** PCI and PCI Express. */
        PCI("pci"),
        /** Described by firmware alone. */
        PLATFORM("platform");

        private final String text;

        Bus(String text) {
            this.text = text;
        }

        /** The word used in messages. */
        public String text() {
            return text;
        }
    }

    /** Firmware interfaces. */
    public enum Firmware {
        /** ACPI tables. */
        ACPI("acpi"),
        /** Device tree. */
        DEVICE_TREE("of"),
        /** None. */
        NONE("none");

        private final String text;

        Firmware(String text) {
            this.text = text;
        }

        /** The word used in messages. */
        public String text() {
            return text;
        }
    }

    /**
     * A restricted-dma-pool region.
     *
     * @param name the reserved-memory node
     * @param region where it is; 0 bytes when it is not known yet
     * @param origin where this came from
     */
    public record RestrictedRegion(String name, MemoryRange region, String origin) {}
}
