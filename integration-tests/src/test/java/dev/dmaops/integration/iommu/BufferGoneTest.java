package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.ScatterList;
import dev.dmaops.backend.iommu.IommuBackend;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Java buffer that is closed while a device behind an IOMMU has it. */
class BufferGoneTest {
    private static final int BYTES = 3000;

    private final byte[][] kept = new byte[3][BYTES];

    @ParameterizedTest(name = "entry {0} of 3")
    @ValueSource(ints = {0, 1, 2})
    void entryWhoseBufferIsGoneDoesNotKeepTheOthersMapped(int gone) {
        try (IommuBench bench = IommuScene.PLAIN.with(new SwiotlbPools()).open(new IommuBackend())) {
            ScatterList list = new ScatterList();
            try (Arena arena = Arena.ofConfined()) {
                for (int i = 0; i < kept.length; i++) {
                    list.add(i == gone ? arena.allocate(BYTES) : MemorySegment.ofArray(kept[i]));
                }
                assertThat(bench.device().mapScatter(list, DmaDirection.FROM_DEVICE, DmaAttributes.NONE))
                        .isEqualTo(3);
                for (int i = 0; i < kept.length; i++) {
                    bench.engine().writePattern(list.dmaAddress(i), BYTES, i);
                }
            }

            assertThatThrownBy(() -> bench.device().unmapScatter(list, DmaDirection.FROM_DEVICE, DmaAttributes.NONE))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessageStartingWith(DmaErrorCode.BUFFER_GONE.text() + " dev0: cannot copy 3000 bytes back");

            for (int i = 0; i < kept.length; i++) {
                assertThat(SimPattern.mismatches(MemorySegment.ofArray(kept[i]), i))
                        .as("entry %d", i)
                        .isEqualTo(i == gone ? SimPattern.mismatches(MemorySegment.ofArray(new byte[BYTES]), i) : 0);
            }
            assertNothingIsHeld(bench);
        }
    }

    @Test
    void listWhoseBuffersAreAllGoneIsUnmappedAndCanBeMappedAgain() {
        try (IommuBench bench = IommuScene.PLAIN.with(new SwiotlbPools()).open(new IommuBackend())) {
            ScatterList list = new ScatterList();
            long first;
            try (Arena arena = Arena.ofConfined()) {
                list.add(arena.allocate(BYTES)).add(arena.allocate(BYTES));
                bench.device().mapScatter(list, DmaDirection.FROM_DEVICE, DmaAttributes.NONE);
                first = list.dmaAddress(0);
            }
            assertThatThrownBy(() -> bench.device().unmapScatter(list, DmaDirection.FROM_DEVICE, DmaAttributes.NONE))
                    .hasMessageStartingWith(DmaErrorCode.BUFFER_GONE.text());
            assertNothingIsHeld(bench);

            ScatterList again =
                    new ScatterList().add(MemorySegment.ofArray(kept[0])).add(MemorySegment.ofArray(kept[1]));
            bench.device().mapScatter(again, DmaDirection.FROM_DEVICE, DmaAttributes.NONE);
            assertThat(new long[] {again.dmaAddress(0), again.dmaAddress(1)})
                    .as("the addresses were given back")
                    .contains(first);
            bench.device().unmapScatter(again, DmaDirection.FROM_DEVICE, DmaAttributes.NONE);
        }
    }

    private static void assertNothingIsHeld(IommuBench bench) {
        assertThat(Objects.requireNonNull(bench.pool()).statistics().usedSlots())
                .isZero();
        assertThat(bench.domain().mappedBytes()).isZero();
    }
}
