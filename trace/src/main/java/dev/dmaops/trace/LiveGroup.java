package dev.dmaops.trace;

import dev.dmaops.api.DmaDirection;
import java.util.Comparator;
import java.util.List;

/**
 * Bounced mappings of one kind that were still there when the trace ended.
 *
 * @param device whose they are
 * @param direction their direction
 * @param slots slots of each
 * @param fewestBytes length of the shortest in bytes
 * @param mostBytes length of the longest in bytes
 * @param count how many there are
 * @param youngestSeconds age of the youngest
 * @param oldestSeconds age of the oldest
 * @param lowestByQuarter the fewest that were there at any moment of each quarter of the time since the first of the kind
 * @param leftByQuarter how many of those that are left were mapped in each of the quarters
 * @param suspect whether it looks like a leak: the lowest count rose in every quarter, and every quarter left some behind
 */
public record LiveGroup(
        String device,
        DmaDirection direction,
        int slots,
        long fewestBytes,
        long mostBytes,
        int count,
        double youngestSeconds,
        double oldestSeconds,
        List<Integer> lowestByQuarter,
        List<Integer> leftByQuarter,
        boolean suspect) {
    static final Comparator<LiveGroup> ORDER = Comparator.comparing((LiveGroup group) -> !group.suspect)
            .thenComparingInt(group -> -group.count * group.slots)
            .thenComparing(LiveGroup::device)
            .thenComparing(LiveGroup::direction)
            .thenComparingInt(LiveGroup::slots);

    /** Copies the lists. */
    public LiveGroup {
        lowestByQuarter = List.copyOf(lowestByQuarter);
        leftByQuarter = List.copyOf(leftByQuarter);
    }
}
