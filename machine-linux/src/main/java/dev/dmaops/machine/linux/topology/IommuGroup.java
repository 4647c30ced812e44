package dev.dmaops.machine.linux.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Devices that an IOMMU cannot tell apart.
 *
 * @param number its name in {@code /sys/kernel/iommu_groups}
 * @param type its default domain
 * @param name what {@code name} says; most groups have none
 * @param members ids of its devices
 * @param reserved addresses that are not free
 */
public record IommuGroup(
        String number, GroupType type, Optional<String> name, List<String> members, List<ReservedIova> reserved) {
    private static final String FOLDER = "/sys/kernel/iommu_groups/";

    /** Name of the groups that VFIO makes for devices behind no IOMMU (drivers/vfio/group.c, 6.12). */
    static final String WITHOUT_IOMMU = "vfio-noiommu";

    /** Copies the lists. */
    public IommuGroup {
        members = List.copyOf(members);
        reserved = List.copyOf(reserved);
    }

    /** Whether this is a group only in name: VFIO makes one for a device that no IOMMU protects anybody from. */
    public boolean withoutIommu() {
        return name.filter(WITHOUT_IOMMU::equals).isPresent();
    }

    static IommuGroup read(HostFiles files, String number) {
        String folder = FOLDER + number;
        return new IommuGroup(
                number,
                files.text(folder + "/type").map(GroupType::of).orElse(GroupType.UNKNOWN),
                files.text(folder + "/name"),
                files.names(folder + "/devices"),
                reserved(files.lines(folder + "/reserved_regions")));
    }

    private static List<ReservedIova> reserved(List<String> lines) {
        List<ReservedIova> regions = new ArrayList<>();
        for (String line : lines) {
            List<String> words = List.of(line.strip().split("\\s+", -1));
            if (words.size() == 3) {
                regions.add(new ReservedIova(hex(words.get(0)), hex(words.get(1)), words.get(2)));
            }
        }
        return regions;
    }

    static long hex(String word) {
        return Long.parseUnsignedLong(word.startsWith("0x") ? word.substring(2) : word, 16);
    }
}
