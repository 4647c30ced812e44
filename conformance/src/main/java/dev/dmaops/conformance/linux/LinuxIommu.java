package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The IOMMU that the recorded machine had.
 *
 * @param hardware what it is
 * @param capability VT-d's capability register; empty when the log does not show it
 * @param groups the devices behind it, each with the regions that its group reserves; empty when the kernel made no groups
 */
record LinuxIommu(Hardware hardware, Optional<Long> capability, Map<String, List<IommuReservedRegion>> groups) {
    private static final Pattern GROUP = Pattern.compile("\\d+ ((?:[0-9a-f:.]+ )+) *type=.*");
    private static final Pattern REGION = Pattern.compile("0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) ([a-z-]+)");
    private static final Pattern CAPABILITY = Pattern.compile("DMAR: dmar\\d+: .* cap ([0-9a-f]{1,16}) .*");

    // Fields of VT-d's capability register (VT-d specification, 11.4.2).
    private static final int WIDTH_SHIFT = 16;
    private static final long WIDTH_MASK = 0x3f;
    private static final int LARGE_PAGES_SHIFT = 34;
    private static final long LARGE_PAGE_2M = 1;
    private static final long LARGE_PAGE_1G = 2;

    /** Copies the map. */
    LinuxIommu {
        groups = Map.copyOf(groups);
    }

    /** The IOMMU of a recording's machine; empty without one. */
    static Optional<LinuxIommu> of(Row header) {
        return hardware(header).map(kind -> new LinuxIommu(kind, capability(header), groups(header)));
    }

    private static Optional<Hardware> hardware(Row header) {
        for (Object option : header.has("qemu_extra") ? header.list("qemu_extra") : List.of()) {
            String device = String.valueOf(option);
            if (device.startsWith("intel-iommu")) {
                return Optional.of(Hardware.INTEL);
            }
            if (device.startsWith("amd-iommu")) {
                return Optional.of(Hardware.AMD);
            }
            if (device.startsWith("virtio-iommu")) {
                return Optional.of(Hardware.VIRTIO);
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> capability(Row header) {
        for (Object text : header.has("boot_dmesg") ? header.list("boot_dmesg") : List.of()) {
            Matcher line = CAPABILITY.matcher(String.valueOf(text));
            if (line.find()) {
                return Optional.of(Long.parseUnsignedLong(line.group(1), 16));
            }
        }
        return Optional.empty();
    }

    private static Map<String, List<IommuReservedRegion>> groups(Row header) {
        Map<String, List<IommuReservedRegion>> groups = new HashMap<>();
        List<IommuReservedRegion> regions = new ArrayList<>();
        for (Object text : header.has("iommu_groups") ? header.list("iommu_groups") : List.of()) {
            Matcher group = GROUP.matcher(String.valueOf(text));
            Matcher region = REGION.matcher(String.valueOf(text));
            if (group.matches()) {
                List<IommuReservedRegion> own = new ArrayList<>();
                regions = own;
                for (String device : group.group(1).trim().split(" +", -1)) {
                    groups.put(device, own);
                }
            } else if (region.matches()) {
                regions.add(new IommuReservedRegion(range(header, region), kind(header, region.group(3))));
            }
        }
        return groups;
    }

    private static MemoryRange range(Row header, Matcher region) {
        long first = Long.parseUnsignedLong(region.group(1), 16);
        long last = Long.parseUnsignedLong(region.group(2), 16);
        if (Long.compareUnsigned(last, first) < 0 || last - first < 0) {
            throw header.unusable("iommu_groups", "regions whose end is not below their start");
        }
        return new MemoryRange(first, last - first + 1);
    }

    private static Kind kind(Row header, String word) {
        return switch (word) {
            case "direct", "direct-relaxable" -> Kind.DIRECT;
            case "reserved" -> Kind.RESERVED;
            case "msi" -> Kind.MSI;
            default ->
                throw header.unusable("iommu_groups", "regions of type direct, direct-relaxable, reserved or msi");
        };
    }

    /** Whether a device is behind it. Where the kernel made no groups, every PCI function is. */
    boolean covers(String device) {
        return groups.isEmpty() ? LinuxSurvey.isPci(device) : groups.containsKey(device);
    }

    /**
     * What it can do for a device.
     *
     * @param windows windows of the PCI host bridge
     */
    IommuGeometry geometry(String device, long pageBytes, List<MemoryRange> windows) {
        IommuGeometry usual = IommuGeometry.of(hardware, pageBytes);
        List<IommuReservedRegion> reserved = new ArrayList<>(groups.getOrDefault(device, List.of()));
        windows.forEach(window -> reserved.add(new IommuReservedRegion(window, Kind.BRIDGE_WINDOW)));
        return capability
                .map(register -> usual.withAperture(0, lastAddress(register)).withPageSizes(pageSizes(register)))
                .orElse(usual)
                .withReserved(reserved);
    }

    private static long lastAddress(long capability) {
        long bits = ((capability >>> WIDTH_SHIFT) & WIDTH_MASK) + 1;
        return -1L >>> (Long.SIZE - bits);
    }

    private static long pageSizes(long capability) {
        long large = capability >>> LARGE_PAGES_SHIFT;
        return (1L << 12) | ((large & LARGE_PAGE_2M) << 21) | ((large & LARGE_PAGE_1G) << 29);
    }
}
