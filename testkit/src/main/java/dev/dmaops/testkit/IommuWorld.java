package dev.dmaops.testkit;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The two worlds of {@link WithAndWithoutIommu}. */
public enum IommuWorld {
    /** No device stands behind an IOMMU, whatever the configuration or a device tree says. */
    ABSENT,
    /** The devices of the annotation stand behind one. */
    PRESENT;

    /** Whether there is an IOMMU. */
    public boolean present() {
        return this == PRESENT;
    }

    /**
     * The configuration's last words on the IOMMU: appended to any configuration they put it into this world.
     *
     * @param behind ids of the devices behind the IOMMU, with {@code *} for any part of a name
     */
    public String configuration(String... behind) {
        String devices = Stream.of(behind).map(id -> '"' + id + '"').collect(Collectors.joining(", ", "[ ", " ]"));
        return present()
                ? "iommu { present = yes, behind = " + devices + " }\n"
                : "iommu { present = no, behind = [] }\n";
    }

    @Override
    public String toString() {
        return present() ? "IOMMU present" : "IOMMU absent";
    }
}
