package dev.dmaops.selection;

import dev.dmaops.spi.KernelVersion;

/**
 * A run of Linux releases.
 *
 * @param first the first release of the run
 * @param last the last release of the run, with all its patches
 */
public record KernelSpan(KernelVersion first, KernelVersion last) {
    /** Every release. */
    public static final KernelSpan ALL =
            new KernelSpan(new KernelVersion(0, 0, 0), KernelVersion.of(Integer.MAX_VALUE, 0));

    /** Whether the run has this release. */
    public boolean contains(KernelVersion kernel) {
        return kernel.compareTo(first) >= 0 && kernel.compareTo(last) <= 0;
    }

    /** The same run, starting no earlier than the first patch of a release. */
    public KernelSpan since(int major, int minor) {
        return new KernelSpan(new KernelVersion(major, minor, 0), last);
    }

    /** The same run, ending with the last patch of a release. */
    public KernelSpan until(int major, int minor) {
        return new KernelSpan(first, KernelVersion.of(major, minor));
    }

    @Override
    public String toString() {
        if (equals(ALL)) {
            return "all kernels";
        }
        if (last.equals(ALL.last)) {
            return "since " + first.major() + "." + first.minor();
        }
        return (first.equals(ALL.first) ? "" : "since " + first.major() + "." + first.minor() + " ") + "until " + last;
    }
}
