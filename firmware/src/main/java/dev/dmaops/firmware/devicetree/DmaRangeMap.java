package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which CPU memory a device reaches and under which addresses, as Linux 6.12 finds it out when it configures the device
 * (drivers/of/address.c, of_dma_get_range).
 *
 * <p>The search starts at a bus and goes up the DMA parents ({@link DmaParents}). An empty {@code dma-ranges} translates
 * nothing and is passed; the first one with entries decides. The first bus of the search may lack the property; a later one
 * that lacks it ends the search without a result. Addresses of the bus above are then translated to CPU addresses through the
 * {@code dma-ranges} of the buses further up; there a missing property means no translation.
 */
public sealed interface DmaRangeMap {
    /**
     * No ranges apply: the device uses CPU addresses.
     *
     * @param reason where the search ended and why
     */
    record Absent(String reason) implements DmaRangeMap {}

    /**
     * Ranges apply, and nothing outside them is reachable.
     *
     * @param bus the bus whose {@code dma-ranges} decide
     * @param windows what the device reaches, in the order of the property; entries that continue each other are joined. The
     *     list ends before the first entry of size 0, so it can be empty: then nothing is reachable
     */
    record Windows(DeviceTreeNode bus, List<DmaWindow> windows) implements DmaRangeMap {
        /** Copies the list. */
        public Windows {
            windows = List.copyOf(windows);
        }

        /** {@return the highest DMA address of all windows; empty if there is no window} */
        public OptionalLong dmaLast() {
            return windows.stream()
                    .mapToLong(DmaWindow::dmaLast)
                    .reduce((a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
        }
    }

    /**
     * There are ranges, and none can be translated to a CPU address. Linux goes on as if there were no ranges when it configures
     * a platform or PCI device.
     *
     * @param bus the bus with the unusable {@code dma-ranges}
     * @param reason what is wrong with it
     */
    record Broken(DeviceTreeNode bus, String reason) implements DmaRangeMap {}

    /**
     * The ranges of a device that has a node of its own: the search starts at its DMA parent.
     *
     * @param device the node of the device
     * @return what Linux finds
     * @throws FirmwareException if a {@code dma-ranges} on the way has impossible cell counts
     */
    static DmaRangeMap ofDevice(DeviceTreeNode device) {
        return DmaRangeSearch.from(DmaParents.of(device));
    }

    /**
     * The ranges of devices that are found by probing a bus, such as PCI devices: the search starts at the bus itself.
     *
     * @param bus the node of the bus, for PCI the host bridge
     * @return what Linux finds
     * @throws FirmwareException if a {@code dma-ranges} on the way has impossible cell counts
     */
    static DmaRangeMap ofBus(DeviceTreeNode bus) {
        return DmaRangeSearch.from(Optional.of(bus));
    }

    /**
     * The highest CPU address that every DMA master of the tree reaches, which bounds the kernel's DMA zone (Linux 6.12
     * of_dma_get_max_cpu_address): of each {@code dma-ranges} with entries the end of the highest one, of these the lowest.
     * Disabled nodes and everything below them do not count.
     *
     * @param tree the tree
     * @return the last byte that all reach; empty if no bus has ranges
     * @throws FirmwareException if a {@code dma-ranges} has impossible cell counts
     */
    static OptionalLong highestCommonCpuAddress(DeviceTree tree) {
        return DmaRangeSearch.highestCommonCpuAddress(tree);
    }
}
