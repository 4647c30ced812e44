package dev.dmaops.selection.devicetree;

import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PCI function.
 *
 * @param domain PCI domain, one for each host bridge
 * @param bus bus number
 * @param device device number, 0 to 31
 * @param function function number, 0 to 7
 * @param node its node, if the tree lists it
 */
record PciFunction(int domain, int bus, int device, int function, Optional<DeviceTreeNode> node) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{4}):([0-9a-f]{2}):([01][0-9a-f])\\.([0-7])");

    static Optional<PciFunction> parse(String address) {
        Matcher matcher = FORM.matcher(address);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new PciFunction(hex(matcher, 1), hex(matcher, 2), hex(matcher, 3), hex(matcher, 4), Optional.empty()));
    }

    /** How the IOMMU and {@code iommu-map} know it: bus, device and function in 16 bits. */
    long requesterId() {
        return (long) bus << 8 | (long) device << 3 | function;
    }

    String address() {
        return String.format("%04x:%02x:%02x.%d", domain, bus, device, function);
    }

    private static int hex(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group), 16);
    }
}
