package dev.dmaops.platform.arm;

import static org.assertj.core.api.Assertions.assertThat;

/** What makes a tree red and black: order, no red below red, equal black height on every way down. */
final class ForeignTreeInvariants {
    private ForeignTreeInvariants() {}

    static void check(ForeignTree tree) {
        long previous = Long.MIN_VALUE;
        int count = 0;
        for (ForeignTree.Entry at = tree.first(); at != null; at = ForeignTree.next(at)) {
            assertThat(at.pfn()).isGreaterThan(previous);
            previous = at.pfn();
            count++;
        }
        assertThat(count).isEqualTo(tree.size());
        assertThat(tree.blackHeight()).as("black height, -1 for a broken rule").isNotNegative();
    }
}
