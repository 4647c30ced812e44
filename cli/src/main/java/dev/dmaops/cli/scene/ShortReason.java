package dev.dmaops.cli.scene;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaRange;
import dev.dmaops.runtime.configuration.Quantities;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.MemoryRange;
import java.util.List;

/** Why a device has its backend, in a few words: what it reaches, and what stands behind it. {@code explain} says it all. */
final class ShortReason {
    private ShortReason() {}

    static String of(DevicePlan plan, List<MemoryRange> ram) {
        BackendChoice choice = plan.choice();
        if (choice.iommuDomain().translates()) {
            return "IOMMU domain " + choice.iommuDomain().text();
        }
        if (choice.backend().equals("none")) {
            return choice.decisions().getLast().outcome();
        }
        String pool = switch (choice.pool()) {
            case NONE -> "no pool";
            case RESTRICTED -> "a pool of its own";
            default -> "pool";
        };
        return reach(plan.limits(), ram) + ", " + pool + (choice.bounce().text().equals("forced") ? ", forced" : "");
    }

    private static String reach(DeviceLimits limits, List<MemoryRange> ram) {
        if (!limits.ranges().isIdentity()) {
            List<DmaRange> windows = limits.ranges().ranges();
            long bytes = windows.stream().mapToLong(DmaRange::bytes).sum();
            return Quantities.text(bytes) + " at 0x"
                    + (windows.isEmpty()
                            ? "0"
                            : Long.toHexString(windows.getFirst().dmaStart()));
        }
        long top =
                limits.busLimit() == 0 ? limits.streamingMask() : Math.min(limits.busLimit(), limits.streamingMask());
        boolean all = ram.stream().allMatch(range -> Long.compareUnsigned(range.last(), top) <= 0);
        return all ? "all RAM" : "up to 0x" + Long.toHexString(top);
    }
}
