package dev.dmaops.api;

import java.util.StringJoiner;

/**
 * Bits that modify one map, unmap or allocation, with Linux's values (include/linux/dma-mapping.h, 6.12 and 6.18).
 *
 * <p>An {@code int} rather than a set, because it is passed on every mapping.
 */
public final class DmaAttributes {
    /** No attribute. */
    public static final int NONE = 0;
    /** Reads and writes may be reordered against other mappings. A hint that no backend here uses. */
    public static final int WEAK_ORDERING = 1 << 1;
    /** Coherent memory may be write-combined, where the architecture can. */
    public static final int WRITE_COMBINE = 1 << 2;
    /** Coherent memory needs no CPU mapping: the buffer has an address for the device only. */
    public static final int NO_KERNEL_MAPPING = 1 << 4;
    /**
     * The caller looks after visibility itself: no cache maintenance, and an unmap copies nothing back. A bounced map
     * still copies the buffer in.
     */
    public static final int SKIP_CPU_SYNC = 1 << 5;
    /** Coherent memory must be physically contiguous even behind an IOMMU. */
    public static final int FORCE_CONTIGUOUS = 1 << 6;
    /** Do not look for large pages when allocating. */
    public static final int ALLOC_SINGLE_PAGES = 1 << 7;
    /** Do not log a refusal. */
    public static final int NO_WARN = 1 << 8;
    /** The mapping is for privileged transactions only. */
    public static final int PRIVILEGED = 1 << 9;
    /** The physical address is a device register, not memory (6.18). */
    public static final int MMIO = 1 << 10;

    private static final String[] NAMES = {
        "",
        "WEAK_ORDERING",
        "WRITE_COMBINE",
        "",
        "NO_KERNEL_MAPPING",
        "SKIP_CPU_SYNC",
        "FORCE_CONTIGUOUS",
        "ALLOC_SINGLE_PAGES",
        "NO_WARN",
        "PRIVILEGED",
        "MMIO"
    };

    private DmaAttributes() {}

    /** The names of the bits that are set, for messages; unknown bits as a number. */
    public static String describe(int attributes) {
        StringJoiner names = new StringJoiner("|");
        int unknown = attributes;
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((attributes & 1 << bit) != 0 && !NAMES[bit].isEmpty()) {
                names.add(NAMES[bit]);
                unknown &= ~(1 << bit);
            }
        }
        if (unknown != 0) {
            names.add("0x" + Integer.toHexString(unknown));
        }
        return names.length() == 0 ? "none" : names.toString();
    }
}
