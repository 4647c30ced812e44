package dev.dmaops.machine.linux.topology;

/**
 * The default domain of an IOMMU group ({@code iommu_groups/N/type}; drivers/iommu/iommu.c of Linux 6.12). It stays what it is while
 * VFIO holds the group with a domain of its own.
 */
public enum GroupType {
    /** Translated, every unmap invalidates. */
    DMA("DMA"),
    /** Translated, invalidations are collected. */
    DMA_FQ("DMA-FQ"),
    /** The kernel's own DMA uses physical addresses. */
    IDENTITY("identity"),
    /** Nothing may pass. */
    BLOCKED("blocked"),
    /** A driver manages the domain by hand. */
    UNMANAGED("unmanaged"),
    /** The kernel does not say: among others the groups that VFIO makes without an IOMMU. */
    UNKNOWN("unknown");

    private final String text;

    GroupType(String text) {
        this.text = text;
    }

    /** The word in the file. */
    public String text() {
        return text;
    }

    /** The type of a word; {@link #UNKNOWN} for one that is not known here. */
    static GroupType of(String word) {
        for (GroupType type : values()) {
            if (type.text.equals(word)) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
