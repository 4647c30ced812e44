package dev.dmaops.machine.linux.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A PCI function as sysfs shows it.
 *
 * @param id its address, {@code 0000:00:05.0}
 * @param vendor vendor id
 * @param device device id
 * @param pciClass class code, 24 bits
 * @param driver the driver that holds it
 * @param driverOverride the driver that it is reserved for
 * @param maskBits width of the streaming mask that its driver asked for, in bits; 32 when no driver did, whatever the device can
 * @param coherentMaskBits the same for coherent memory
 * @param numaNode its NUMA node; empty when the host does not know
 * @param bars its windows
 * @param busMaster whether it may read and write memory now; empty when its configuration space cannot be read
 * @param resetMethods ways to reset it
 * @param untrusted whether it is behind an external port
 * @param iommu the IOMMU in front of it
 */
public record PciDevice(
        String id,
        int vendor,
        int device,
        int pciClass,
        Optional<String> driver,
        Optional<String> driverOverride,
        int maskBits,
        int coherentMaskBits,
        OptionalInt numaNode,
        List<PciBar> bars,
        Optional<Boolean> busMaster,
        List<String> resetMethods,
        boolean untrusted,
        DeviceIommu iommu) {
    /** Folder of all functions; the functions themselves lie elsewhere, on arm64 below a platform device. */
    static final String FOLDER = "/sys/bus/pci/devices/";

    private static final int UNSET_MASK_BITS = 32;
    private static final int COMMAND = 4;
    private static final int BUS_MASTER = 4;
    private static final int BARS = 6;
    private static final long PORT_FLAG = 0x100;

    /** Copies the lists. */
    public PciDevice {
        bars = List.copyOf(bars);
        resetMethods = List.copyOf(resetMethods);
    }

    /** Whether the width of the mask is what a driver asked for rather than the value that every function starts with. */
    public boolean maskAskedFor() {
        return driver.isPresent() && !PassThroughDrivers.isOne(driver.get());
    }

    /** Vendor and device, {@code 1234:11e8}. */
    public String ids() {
        return String.format("%04x:%04x", vendor, device);
    }

    static PciDevice read(HostFiles files, String id, DeviceIommu iommu) {
        String folder = FOLDER + id;
        OptionalLong node = files.number(folder + "/numa_node");
        return new PciDevice(
                id,
                (int) files.number(folder + "/vendor").orElse(0),
                (int) files.number(folder + "/device").orElse(0),
                (int) files.number(folder + "/class").orElse(0),
                files.link(folder + "/driver"),
                // Reads "(null)" when nothing is set.
                files.text(folder + "/driver_override").filter(name -> !name.isEmpty() && !name.equals("(null)")),
                (int) files.number(folder + "/dma_mask_bits").orElse(UNSET_MASK_BITS),
                (int) files.number(folder + "/consistent_dma_mask_bits").orElse(UNSET_MASK_BITS),
                node.isPresent() && node.getAsLong() >= 0
                        ? OptionalInt.of((int) node.getAsLong())
                        : OptionalInt.empty(),
                bars(files.lines(folder + "/resource")),
                files.bytes(folder + "/config")
                        .filter(bytes -> bytes.length > COMMAND)
                        .map(bytes -> (bytes[COMMAND] & BUS_MASTER) != 0),
                files.text(folder + "/reset_method")
                        .map(text -> List.of(text.split("\\s+", -1)))
                        .orElse(List.of()),
                files.text(folder + "/removable").filter("removable"::equals).isPresent(),
                iommu);
    }

    private static List<PciBar> bars(List<String> lines) {
        List<PciBar> bars = new ArrayList<>();
        for (int i = 0; i < Math.min(BARS, lines.size()); i++) {
            List<String> words = List.of(lines.get(i).strip().split("\\s+", -1));
            if (words.size() == 3 && IommuGroup.hex(words.get(2)) != 0) {
                long start = IommuGroup.hex(words.get(0));
                long last = IommuGroup.hex(words.get(1));
                bars.add(new PciBar(i, start, last - start + 1, (IommuGroup.hex(words.get(2)) & PORT_FLAG) != 0));
            }
        }
        return bars;
    }
}
