package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;

/** The boot argument that makes a pool twice as large and leaves the rest as it is. */
final class BootArgument {
    private BootArgument() {}

    /** Such as {@code swiotlb=65536,4,force}. */
    static String doubled(Boot boot, long total) {
        SwiotlbParameters asked = boot.parameters();
        String areas = asked.requestedAreas().isPresent()
                ? "," + asked.requestedAreas().getAsLong()
                : "";
        return "swiotlb=" + 2 * total + areas + (asked.forceBounce() ? ",force" : "");
    }

    /** What to do to have a larger pool. */
    static String cure(Boot boot, long total) {
        if (boot.isRestricted(total)) {
            return "Enlarge the region of this restricted-dma-pool in the device tree: it has " + Slots.size(total)
                    + ", twice that is " + Slots.size(2 * total) + ". swiotlb= does not change it.";
        }
        String argument = doubled(boot, total);
        String size = Slots.size(2 * total);
        if (boot.reducedFrom().isPresent() && boot.reducedFrom().getAsLong() > total) {
            return "A larger pool cannot be had: the kernel tried "
                    + boot.reducedFrom().getAsLong() + " slots at boot and found memory for " + total + " only.";
        }
        long rounded = rounded(boot, argument);
        return "Boot with " + argument + " for a pool of twice the size (" + size + ")"
                + (rounded == 2 * total ? "." : "; the kernel makes " + rounded + " slots of it.");
    }

    private static long rounded(Boot boot, String argument) {
        KernelCommandLine line = KernelCommandLine.parse(argument);
        return boot.beforeAreas()
                ? SwiotlbParameters.ofKernelWithoutAreas(line).slots()
                : SwiotlbParameters.of(line)
                        .withDefaultAreas(boot.areasOf(Long.MAX_VALUE).orElse(1))
                        .slots();
    }
}
