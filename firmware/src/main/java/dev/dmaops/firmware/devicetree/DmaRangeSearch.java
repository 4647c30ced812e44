package dev.dmaops.firmware.devicetree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The search behind {@link DmaRangeMap}. */
final class DmaRangeSearch {
    /** What stands for "has no CPU address" in Linux's arithmetic, which takes part in comparisons and sums. */
    private static final long NO_CPU_ADDRESS = -1;

    private DmaRangeSearch() {}

    static DmaRangeMap from(Optional<DeviceTreeNode> start) {
        Optional<DeviceTreeNode> bus = start;
        for (boolean first = true; bus.isPresent(); first = false, bus = DmaParents.of(bus.get())) {
            Optional<DeviceTreeProperty> ranges = bus.get().property("dma-ranges");
            if (ranges.isPresent() && !ranges.get().isEmpty()) {
                return translate(bus.get());
            }
            if (ranges.isEmpty() && !first) {
                return new DmaRangeMap.Absent("no dma-ranges at " + bus.get().path() + ", which ends the search");
            }
        }
        return new DmaRangeMap.Absent("no dma-ranges up to the root");
    }

    private static DmaRangeMap translate(DeviceTreeNode bus) {
        List<Joined> entries = joined(bus);
        if (entries.stream().allMatch(e -> e.cpu == NO_CPU_ADDRESS)) {
            return new DmaRangeMap.Broken(
                    bus,
                    entries.isEmpty()
                            ? "dma-ranges is shorter than one entry"
                            : "no entry of dma-ranges can be translated to a CPU address");
        }
        List<DmaWindow> windows = new ArrayList<>();
        for (Joined entry : entries) {
            if (entry.cpu == NO_CPU_ADDRESS) {
                continue;
            }
            if (entry.size == 0) {
                // Linux ends its table with an entry of size 0, so one in the middle hides those behind it.
                break;
            }
            windows.add(new DmaWindow(entry.cpu, entry.dma, entry.size));
        }
        return new DmaRangeMap.Windows(bus, windows);
    }

    static OptionalLong highestCommonCpuAddress(DeviceTree tree) {
        OptionalLong lowest = OptionalLong.empty();
        Deque<DeviceTreeNode> open = new ArrayDeque<>(List.of(tree.root()));
        while (!open.isEmpty()) {
            DeviceTreeNode node = open.pop();
            if (node.property("dma-ranges").filter(p -> !p.isEmpty()).isPresent()) {
                long end = highestCpuAddress(joined(node));
                if (lowest.isEmpty() || Long.compareUnsigned(end, lowest.getAsLong()) < 0) {
                    lowest = OptionalLong.of(end);
                }
            }
            node.children().stream().filter(DeviceTreeNode::available).forEach(open::push);
        }
        return lowest;
    }

    /** Linux's sum, wrap-around of untranslatable entries included; entries of size 0 count up to the byte before them. */
    private static long highestCpuAddress(List<Joined> entries) {
        long highest = 0;
        for (Joined entry : entries) {
            long end = entry.cpu + entry.size;
            if (Long.compareUnsigned(end, highest) > 0) {
                highest = end - 1;
            }
        }
        return highest;
    }

    /** The entries with CPU addresses; an entry that goes on where the one before it ends, on both sides, becomes part of it. */
    private static List<Joined> joined(DeviceTreeNode bus) {
        DeviceTreeProperty ranges = bus.property("dma-ranges").orElseThrow();
        DmaRangeEntry.Layout layout = DmaRangeEntry.Layout.of(bus, ranges);
        BusKind kind = BusKind.of(bus);
        List<Joined> result = new ArrayList<>();
        for (int at = 0; at + layout.entry() <= ranges.cellCount(); at += layout.entry()) {
            DmaRangeEntry entry = layout.read(ranges, at);
            Joined next = new Joined(
                    entry.flags().orElse(0),
                    entry.childAddress(),
                    BusAddresses.ofMemory(bus, ranges, at + layout.child()).orElse(NO_CPU_ADDRESS),
                    entry.size());
            if (!result.isEmpty() && result.getLast().continuedBy(next, kind)) {
                Joined last = result.removeLast();
                result.add(new Joined(last.flags, last.dma, last.cpu, last.size + next.size));
            } else {
                result.add(next);
            }
        }
        return result;
    }

    private record Joined(long flags, long dma, long cpu, long size) {
        boolean continuedBy(Joined next, BusKind kind) {
            return kind.sameKind(flags, next.flags) && next.dma == dma + size && next.cpu == cpu + size;
        }
    }
}
