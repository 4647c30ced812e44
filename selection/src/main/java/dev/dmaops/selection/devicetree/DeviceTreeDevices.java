package dev.dmaops.selection.devicetree;

import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.DmaRangeMap;
import dev.dmaops.firmware.devicetree.PlatformDevice;
import dev.dmaops.firmware.devicetree.PlatformDevices;
import dev.dmaops.spi.DeviceDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The devices of a device tree, described as Linux 6.12 configures them (drivers/of/device.c of_dma_configure_id).
 *
 * <p>There are two kinds: platform devices, one for each node that Linux makes a device of at boot, named as in sysfs
 * ({@code fe340000.mmc}), and PCI functions, named by their address ({@code 0000:01:00.0}). A tree lists only the PCI functions that
 * it has something to say about; {@link #pciFunction} describes any other.
 */
public final class DeviceTreeDevices {
    private final List<DeviceDescription> platform;
    private final List<PciHost> hosts;
    private final List<DeviceDescription> pci;

    private DeviceTreeDevices(List<DeviceDescription> platform, List<PciHost> hosts, List<DeviceDescription> pci) {
        this.platform = List.copyOf(platform);
        this.hosts = List.copyOf(hosts);
        this.pci = List.copyOf(pci);
    }

    /**
     * Reads the devices of a tree.
     *
     * @throws dev.dmaops.firmware.FirmwareException if a node says something about DMA that cannot be read
     */
    public static DeviceTreeDevices of(DeviceTree tree) {
        List<DeviceDescription> platform = new ArrayList<>();
        List<PciHost> hosts = new ArrayList<>();
        List<DeviceDescription> pci = new ArrayList<>();
        for (PlatformDevice device : PlatformDevices.of(tree).all()) {
            platform.add(NodeReader.platform(device));
            if (PciHost.isHost(device.node())) {
                PciHost host = new PciHost(device.node(), hosts.size());
                hosts.add(host);
                host.listed().forEach(function -> pci.add(NodeReader.pci(host, function)));
            }
        }
        return new DeviceTreeDevices(platform, hosts, pci);
    }

    /** All devices: platform devices in the order in which Linux makes them, then the PCI functions that the tree lists. */
    public List<DeviceDescription> all() {
        List<DeviceDescription> all = new ArrayList<>(platform);
        all.addAll(pci);
        return List.copyOf(all);
    }

    /** The platform devices, in the order in which Linux makes them. */
    public List<DeviceDescription> platformDevices() {
        return platform;
    }

    /**
     * A device by its id or by the path of its node.
     *
     * @param idOrPath {@code fe340000.mmc}, {@code 0000:01:00.0} or {@code /soc/mmc@7e340000}
     */
    public Optional<DeviceDescription> find(String idOrPath) {
        return all().stream()
                .filter(device -> device.id().equals(idOrPath) || device.node().equals(idOrPath))
                .findFirst();
    }

    /** The PCI host bridges, as paths of their nodes; the position is the PCI domain unless the tree gives one. */
    public List<String> pciHosts() {
        return hosts.stream().map(host -> host.node().path()).toList();
    }

    /**
     * A PCI function behind one of the host bridges, whether the tree lists it or not.
     *
     * @param address {@code DDDD:BB:DD.F}
     * @return the function; empty if the address is malformed or the tree has no host bridge of that domain
     */
    public Optional<DeviceDescription> pciFunction(String address) {
        Optional<DeviceDescription> listed =
                pci.stream().filter(device -> device.id().equals(address)).findFirst();
        if (listed.isPresent()) {
            return listed;
        }
        return PciFunction.parse(address)
                .flatMap(function -> hosts.stream()
                        .filter(host -> host.domain() == function.domain())
                        .findFirst()
                        .map(host -> NodeReader.pci(host, function)));
    }

    /**
     * The highest CPU address that every bus of the tree reaches, which bounds the DMA zone.
     *
     * @return the last byte; empty if no bus sets a limit
     */
    public static Optional<Long> dmaLimit(DeviceTree tree) {
        var limit = DmaRangeMap.highestCommonCpuAddress(tree);
        return limit.isPresent() ? Optional.of(limit.getAsLong()) : Optional.empty();
    }

    /** Where something in a tree was found, for explanations. */
    static String origin(DeviceTreeNode node, String property) {
        return node.tree().origin() + " " + node.path() + (property.isEmpty() ? "" : " " + property);
    }
}
