package dev.dmaops.platform.arm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.EventSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ForeignTableTest {
    private final List<String> log = new ArrayList<>();
    private final ForeignTable table = new ForeignTable(pfn -> pfn < 0x1000, (device, text) -> log.add(text));

    @Test
    void emptyTableLeavesFramesAlone() {
        assertThat(table.toBus(0x100000)).isEqualTo(0x100000);
        assertThat(table.entryAt(0x100000)).isEqualTo(BusFrames.NO_FRAME);
        assertThat(table.entries()).isZero();
    }

    @Test
    void foreignFrameIsTranslatedAndNeverBack() {
        assertThat(table.mapped(0x100000, 0x851234, 1)).isTrue();

        assertThat(table.toBus(0x100000)).isEqualTo(0x851234);
        assertThat(table.toBus(0x100001)).as("its neighbour").isEqualTo(0x100001);
        assertThat(table.toBusAddress(0x100000200L)).isEqualTo(0x851234200L);
        assertThat(table.toGuest(0x851234)).isEqualTo(0x851234);
        assertThat(table.toLocal(0x851234)).isEqualTo(0x851234);
        assertThat(table.isValid(0x851234)).isFalse();
        assertThat(table.isValid(0x123)).isTrue();
    }

    @Test
    void equalStartIsRefusedWithLinuxWords() {
        table.mapped(0x100001, 0x851235, 1);

        assertThat(table.mapped(0x100001, 0x9, 4)).isFalse();

        assertThat(table.toBus(0x100001)).isEqualTo(0x851235);
        assertThat(table.toBus(0x100002)).isEqualTo(0x100002);
        assertThat(log)
                .containsExactly("xen_add_phys_to_mach_entry: cannot add pfn=0x100001 -> mfn=0x9:"
                        + " pfn=0x100001 -> mfn=0x851235 already exists");
    }

    @Test
    void removalTakesTheWholeEntryAroundAFrame() {
        table.mapped(0x200, 0x9000, 8);
        table.mapped(0x300, 0xa000, 1);

        assertThat(table.unmapped(0x205)).isTrue();

        assertThat(table.toBus(0x200)).isEqualTo(0x200);
        assertThat(table.toBus(0x207)).isEqualTo(0x207);
        assertThat(table.toBus(0x300)).isEqualTo(0xa000);
    }

    @Test
    void removalOfAFrameThatIsNotThereChangesNothing() {
        table.mapped(0x200, 0x9000, 2);

        assertThat(table.unmapped(0x202)).isTrue();

        assertThat(table.toBus(0x201)).isEqualTo(0x9001);
        assertThat(table.entries()).isEqualTo(1);
    }

    /** With [0x10,+1), [0x20,+0x20) the root is 0x10; 0x28 turns the tree, becomes no parent of 0x20, and 0x20 stays on top. */
    @Test
    void whichOfTwoOverlappingEntriesAnswersDependsOnTheTree() {
        table.mapped(0x10, 0x1000, 1);
        table.mapped(0x20, 0x2000, 0x20);
        table.mapped(0x28, 0x3000, 1);

        assertThat(table.toBus(0x28)).as("0x20 became the root").isEqualTo(0x2008);

        table.mapped(0x29, 0x4000, 1);
        table.mapped(0x2a, 0x5000, 1);
        table.mapped(0x2b, 0x6000, 1);
        table.mapped(0x2c, 0x7000, 1);
        table.mapped(0x2d, 0x8000, 1);

        assertThat(table.toBus(0x29)).as("0x29 became the root").isEqualTo(0x4000);
        assertThat(table.toBus(0x28)).as("0x20 is above 0x28").isEqualTo(0x2008);
        assertThat(table.toBus(0x30))
                .as("nothing on the way right of 0x29 has it")
                .isEqualTo(0x30);

        table.unmapped(0x29);

        assertThat(table.toBus(0x30)).as("0x2a took its place").isEqualTo(0x30);
    }

    @Test
    void disjointEntriesAnswerAsAPlainMapWould() {
        Random random = seeded();
        Map<Long, Long> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            long pfn = random.nextLong(4096);
            if (random.nextInt(3) == 0) {
                table.unmapped(pfn);
                model.remove(pfn);
            } else {
                long mfn = 0x100000 + random.nextLong(1 << 20);
                assertThat(table.mapped(pfn, mfn, 1)).isEqualTo(model.putIfAbsent(pfn, mfn) == null);
            }
        }
        for (long pfn = 0; pfn < 4096; pfn++) {
            assertThat(table.toBus(pfn)).isEqualTo(model.getOrDefault(pfn, pfn));
        }
        assertThat(table.entries()).isEqualTo(model.size());
    }

    @Test
    void answersAreTheTreesAlsoWhenRangesOverlap() {
        Random random = seeded();
        for (int round = 0; round < 40; round++) {
            ForeignTree tree = new ForeignTree();
            ForeignTable tested = new ForeignTable(pfn -> true, EventSink.NONE);
            for (int step = 0; step < 200; step++) {
                long pfn = random.nextLong(256);
                if (random.nextInt(3) == 0) {
                    ForeignTree.Entry gone = tree.find(pfn);
                    if (gone != null) {
                        tree.remove(gone);
                    }
                    tested.unmapped(pfn);
                } else {
                    long frames = 1 + random.nextLong(random.nextBoolean() ? 1 : 24);
                    assertThat(tested.mapped(pfn, pfn * 1000, frames)).isEqualTo(tree.insert(pfn, pfn * 1000, frames));
                }
                for (long at = 0; at < 300; at++) {
                    assertThat(tested.entryAt(at)).isEqualTo(tree.lookup(at));
                }
                ForeignTreeInvariants.check(tree);
            }
        }
    }

    @Test
    void readersSeeEveryEntryThatStaysWhileOthersComeAndGo() throws InterruptedException {
        for (long pfn = 0; pfn < 2048; pfn += 2) {
            table.mapped(pfn, 0x100000 + pfn, 1);
        }
        AtomicBoolean wrong = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                for (long pfn = 0; pfn < 2048; pfn += 2) {
                    if (table.toBus(pfn) != 0x100000 + pfn) {
                        wrong.set(true);
                    }
                }
            }
        });
        reader.start();
        Random random = seeded();
        for (int step = 0; step < 20_000; step++) {
            long pfn = random.nextLong(1 << 20) | 1;
            if (table.mapped(pfn, pfn, 1) && random.nextBoolean()) {
                table.unmapped(pfn);
            }
        }
        done.set(true);
        reader.join();
        assertThat(wrong).isFalse();
    }

    private static Random seeded() {
        long seed = Long.getLong("dmaops.seed", 20_261_123L);
        System.out.println("ForeignTableTest seed " + seed);
        return new Random(seed);
    }
}
