package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which IOMMU the devices behind a PCI host bridge use: its {@code iommu-map} and {@code iommu-map-mask} (Linux 6.12 of_map_id).
 *
 * @param bridge the node of the host bridge
 * @param mask which bits of a requester id are looked at, an unsigned 32-bit number; all if the bridge does not say
 * @param entries the entries in order
 */
public record IommuMap(DeviceTreeNode bridge, long mask, List<Entry> entries) {
    private static final int ENTRY_CELLS = 4;

    /** Copies the list. */
    public IommuMap {
        entries = List.copyOf(entries);
    }

    /**
     * One entry: requester ids from {@code idBase} on use the IOMMU's ids from {@code outBase} on.
     *
     * @param idBase first requester id (bus in bits 15..8, device in 7..3, function in 2..0)
     * @param iommu the IOMMU
     * @param outBase first id at the IOMMU
     * @param length number of ids
     */
    public record Entry(long idBase, DeviceTreeNode iommu, long outBase, long length) {}

    /**
     * An IOMMU and the id under which it knows a device.
     *
     * @param iommu the IOMMU
     * @param id the id
     */
    public record Target(DeviceTreeNode iommu, long id) {}

    /**
     * Reads the map of a host bridge.
     *
     * @param bridge the node of the host bridge
     * @return the map, or empty if it has none
     * @throws FirmwareException if the list is empty, is not made of four cells each, names a node that does not exist, or has
     *     a first id with bits outside the mask
     */
    public static Optional<IommuMap> of(DeviceTreeNode bridge) {
        return bridge.property("iommu-map").map(list -> read(bridge, list));
    }

    private static IommuMap read(DeviceTreeNode bridge, DeviceTreeProperty list) {
        if (list.isEmpty() || list.size() % (4 * ENTRY_CELLS) != 0) {
            throw list.shape("entries of four cells (id, IOMMU, id there, number of ids)");
        }
        long mask = bridge.property("iommu-map-mask").map(p -> p.cell(0)).orElse(0xffffffffL);
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < list.cellCount(); at += ENTRY_CELLS) {
            long idBase = list.cell(at);
            long phandle = list.cell(at + 1);
            if ((idBase & ~mask) != 0) {
                throw list.error(
                        "first ids inside iommu-map-mask 0x%x".formatted(mask),
                        "0x%x".formatted(idBase),
                        "Correct the id or the mask");
            }
            DeviceTreeNode iommu = bridge.tree()
                    .byPhandle(phandle)
                    .orElseThrow(() -> list.error(
                            "a phandle that a node has",
                            "0x%x".formatted(phandle),
                            "Correct the reference or add the node"));
            entries.add(new Entry(idBase, iommu, list.cell(at + 2), list.cell(at + 3)));
        }
        return new IommuMap(bridge, mask, entries);
    }

    /**
     * Looks a PCI device up.
     *
     * @param requesterId its requester id, 16 bits
     * @return the first entry that covers it; empty if none does, which means that the device bypasses every IOMMU
     */
    public Optional<Target> translate(long requesterId) {
        long id = requesterId & mask;
        return entries.stream()
                .filter(e -> id >= e.idBase() && id < ((e.idBase() + e.length()) & 0xffffffffL))
                .findFirst()
                .map(e -> new Target(e.iommu(), (id - e.idBase() + e.outBase()) & 0xffffffffL));
    }
}
