package dev.dmaops.trace;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.trace.event.Bounce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts live bounced mappings in groups of one device, direction and run length, and keeps the lowest count of each stretch of time.
 * What grows from stretch to stretch and never comes down is a leak; a ring of receive buffers stays where it is.
 */
final class LeakWatch {
    private static final int STRETCHES = 64;
    private static final int QUARTERS = 4;
    private static final long FIRST_STRETCH_NANOS = 1_000_000;

    /** Fewer than these in a whole trace may be chance. */
    private static final int FEWEST_LEAKED = 4;

    private final Map<Key, Group> groups = new HashMap<>();

    private record Key(int device, DmaDirection direction, int slots) {}

    private static final class Group {
        private final long first;
        private final int[] lowest = new int[STRETCHES];
        private long stretch = FIRST_STRETCH_NANOS;
        private int at;
        private int live;

        // At the end
        private final int[] leftByQuarter = new int[QUARTERS];
        private int left;
        private long fewestBytes = Long.MAX_VALUE;
        private long mostBytes;
        private long oldest = Long.MAX_VALUE;
        private long youngest;

        Group(long first) {
            this.first = first;
        }

        void change(long nanos, int by) {
            advance(nanos);
            live += by;
            lowest[at] = Math.min(lowest[at], live);
        }

        void advance(long nanos) {
            long index = Math.max(at, (nanos - first) / stretch);
            while (index >= STRETCHES) {
                for (int i = 0; i < STRETCHES / 2; i++) {
                    lowest[i] =
                            2 * i + 1 <= at ? Math.min(lowest[2 * i], lowest[2 * i + 1]) : lowest[Math.min(2 * i, at)];
                }
                stretch *= 2;
                at /= 2;
                index = Math.max(at, (nanos - first) / stretch);
            }
            while (at < index) {
                lowest[++at] = live;
            }
        }

        int quarter(long nanos, long end) {
            return Math.clamp(QUARTERS * (nanos - first) / Math.max(1, end - first), 0, QUARTERS - 1);
        }

        int[] lowestByQuarter() {
            int[] quarters = new int[QUARTERS];
            int count = at + 1;
            for (int q = 0; q < QUARTERS; q++) {
                int from = q * count / QUARTERS;
                int to = Math.max(from + 1, (q + 1) * count / QUARTERS);
                quarters[q] = Arrays.stream(lowest, from, to).min().orElse(0);
            }
            return quarters;
        }

        boolean isSuspect(int[] lowestByQuarter) {
            for (int q = 0; q < QUARTERS; q++) {
                if (leftByQuarter[q] == 0 || (q > 0 && lowestByQuarter[q] <= lowestByQuarter[q - 1])) {
                    return false;
                }
            }
            return at + 1 >= 2 * QUARTERS && lowestByQuarter[QUARTERS - 1] - lowestByQuarter[0] >= FEWEST_LEAKED;
        }
    }

    void mapped(Bounce bounce, int slots) {
        group(bounce, slots).change(bounce.nanos, 1);
    }

    void unmapped(Bounce bounce, int slots, long nanos) {
        group(bounce, slots).change(nanos, -1);
    }

    /** One that is still there at the end. */
    void left(Bounce bounce, int slots, long end) {
        Group group = group(bounce, slots);
        group.left++;
        group.leftByQuarter[group.quarter(bounce.nanos, end)]++;
        group.fewestBytes = Math.min(group.fewestBytes, bounce.bytes);
        group.mostBytes = Math.max(group.mostBytes, bounce.bytes);
        group.oldest = Math.min(group.oldest, bounce.nanos);
        group.youngest = Math.max(group.youngest, bounce.nanos);
    }

    private Group group(Bounce bounce, int slots) {
        return groups.computeIfAbsent(
                new Key(bounce.device, bounce.operation().direction, slots), first -> new Group(bounce.nanos));
    }

    /** The groups that have something left, suspects first. */
    List<LiveGroup> groups(List<String> names, long end) {
        List<LiveGroup> result = new ArrayList<>();
        groups.forEach((key, group) -> {
            if (group.left > 0) {
                group.advance(end);
                int[] lowest = group.lowestByQuarter();
                result.add(new LiveGroup(
                        names.get(key.device),
                        key.direction,
                        key.slots,
                        group.fewestBytes,
                        group.mostBytes,
                        group.left,
                        seconds(end - group.youngest),
                        seconds(end - group.oldest),
                        Arrays.stream(lowest).boxed().toList(),
                        Arrays.stream(group.leftByQuarter).boxed().toList(),
                        group.isSuspect(lowest)));
            }
        });
        result.sort(LiveGroup.ORDER);
        return result;
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
