package dev.dmaops.runtime.assembly;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which bus addresses a PCI host bridge does not pass on, so that no IOVA may lie there: its own windows, and what its
 * dma-ranges leave out (iova_reserve_pci_windows, drivers/iommu/dma-iommu.c, 6.12).
 */
final class BridgeWindows {
    private BridgeWindows() {}

    /**
     * The device with the regions in its IOMMU's limits; unchanged when it is no PCI function or stands behind no IOMMU.
     *
     * @throws DmaConfigurationException when its bus's windows are not ascending, or overlap
     */
    static DeviceDescription reserve(DeviceDescription device, List<Sourced<MemoryRange>> windows) {
        if (device.bus() != Bus.PCI || device.iommu().isEmpty()) {
            return device;
        }
        List<IommuReservedRegion> regions = new ArrayList<>();
        windows.forEach(window -> regions.add(new IommuReservedRegion(window.value(), Kind.BRIDGE_WINDOW)));
        // Only a device tree's bridge has a list of its own; ACPI's _DMA ends up in the device's limits alone.
        if (device.firmware() == Firmware.DEVICE_TREE) {
            device.ranges().ifPresent(map -> regions.addAll(gaps(device.id(), map)));
        }
        regions.sort(Comparator.comparing(region -> region.range().start(), Long::compareUnsigned));
        return device.withIommu(device.iommu()
                .map(attachment -> attachment.withLimits(attachment.limits().withBridgeWindows(regions))));
    }

    /** As Linux counts them, a gap ends with the first byte of the window behind it: that page is lost too. */
    private static List<IommuReservedRegion> gaps(String device, Sourced<DmaRangeMap> map) {
        List<DmaRange> ranges = new ArrayList<>(map.value().ranges());
        ranges.sort(Comparator.comparing(DmaRange::cpuStart, Long::compareUnsigned));
        List<IommuReservedRegion> gaps = new ArrayList<>();
        long start = 0;
        for (DmaRange range : ranges) {
            long end = range.dmaStart();
            if (Long.compareUnsigned(end, start) < 0) {
                throw new DmaConfigurationException(
                        DmaErrorCode.CONTRADICTORY_CONFIG,
                        map.origin(),
                        device
                                + ": the IOMMU cannot serve it: expected dma-ranges of the host bridge that ascend in both"
                                + " address spaces and do not overlap, found one at 0x" + Long.toHexString(end)
                                + " after one that ends at 0x" + Long.toHexString(start - 1)
                                + ". Correct dma-ranges, or put the device behind no IOMMU.");
            }
            if (end != start) {
                gaps.add(gap(start, end));
            }
            start = end + range.bytes();
        }
        if (start != 0) {
            gaps.add(gap(start, -1L));
        }
        return gaps;
    }

    private static IommuReservedRegion gap(long first, long last) {
        return new IommuReservedRegion(new MemoryRange(first, last - first + 1), Kind.BRIDGE_WINDOW);
    }
}
