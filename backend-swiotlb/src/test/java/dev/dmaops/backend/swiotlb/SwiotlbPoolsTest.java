package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.PoolKind;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.PoolFixup;
import dev.dmaops.spi.PoolPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwiotlbPoolsTest {
    private static final long MIB = 1 << 20;

    private final SimMachine machine =
            SimMachine.builder().ram(0, 1 << 30).zones(0xff_ffff, true).cpus(8).open();
    private final PoolContext context = new PoolContext(machine);

    @AfterEach
    void close() {
        machine.close();
    }

    private static PoolPlan plan(PoolKind kind, int slots, int areas) {
        return new PoolPlan("default", kind, slots, areas, false, 0xffff_ffffL, 0, 0);
    }

    private @Nullable BouncePool create(PoolPlan plan, @Nullable PoolFixup fixup) {
        return new SwiotlbPools().create(plan, context, fixup);
    }

    @Test
    void theBootPoolIsWhatWasAskedFor() {
        BouncePool pool = Objects.requireNonNull(create(plan(PoolKind.DEFAULT, 32768, 8), null));
        assertThat(pool.bytes()).isEqualTo(64 * MIB);
        assertThat(pool.state().areas()).hasSize(8);
        assertThat(pool.state().areaSlots()).isEqualTo(4096);
        assertThat(pool.limit()).isEqualTo(pool.start() + 64 * MIB - 1);
        assertThat(context.log).isEmpty();
        pool.close();
    }

    @Test
    void theBootPoolIsHalvedUntilItFits() {
        BouncePool pool = Objects.requireNonNull(create(plan(PoolKind.DEFAULT, 1 << 20, 8), null));
        assertThat(pool.bytes()).isEqualTo(512 * MIB);
        assertThat(context.log).containsExactly("swiotlb: pool default: asked for 1048576 slots, made 262144");
    }

    @Test
    void aPreparationThatFailsHalvesThePoolAndGivesTheMemoryBack() {
        List<Integer> tried = new ArrayList<>();
        BouncePool pool =
                Objects.requireNonNull(create(plan(PoolKind.DEFAULT_XEN_REMAPPED, 4096, 8), (start, slots) -> {
                    tried.add(slots);
                    return slots <= 1024;
                }));
        assertThat(tried).containsExactly(4096, 2048, 1024);
        assertThat(pool.state().areas()).hasSize(8);
    }

    @Test
    void aSmallerPoolHasFewerAreas() {
        BouncePool pool =
                Objects.requireNonNull(create(plan(PoolKind.DEFAULT, 4096, 32), (start, slots) -> slots <= 512));
        assertThat(pool.state().areas()).hasSize(4);
    }

    @Test
    void noPoolIsMadeWhenNotEvenTheSmallestFits() {
        List<Integer> tried = new ArrayList<>();
        assertThat(create(plan(PoolKind.DEFAULT, 2048, 1), (start, slots) -> {
                    tried.add(slots);
                    return false;
                }))
                .isNull();
        assertThat(tried).containsExactly(2048, 1024, 512);
        assertThat(context.log).singleElement().asString().contains("no room for 2048 slots");
        assertThat(create(PoolPlan.NONE, null)).isNull();
    }

    @Test
    void aLatePoolIsAPowerOfTwoOfPages() {
        BouncePool pool = Objects.requireNonNull(create(plan(PoolKind.DEFAULT_LATE, 1500, 2), null));
        assertThat(pool.bytes()).isEqualTo(4 * MIB);
        pool.close();
    }

    @Test
    void aLatePoolIsNoLargerThanTheLargestBlock() {
        BouncePool pool = Objects.requireNonNull(create(plan(PoolKind.DEFAULT_LATE, 32768, 2), null));
        assertThat(pool.bytes()).isEqualTo(4 * MIB);
        assertThat(context.log).singleElement().asString().contains("asked for 32768 slots, made 2048");
    }

    @Test
    void aRestrictedPoolIsItsRegionWithOneArea() {
        PoolPlan plan = new PoolPlan("wifi@4000000", PoolKind.RESTRICTED, 0, 0, true, 0, 64 * MIB, 300 * 2048 + 100);
        BouncePool pool = Objects.requireNonNull(create(plan, null));
        assertThat(pool.start()).isEqualTo(64 * MIB);
        assertThat(pool.state().slots()).isEqualTo(300);
        assertThat(pool.state().areas()).hasSize(1);
        assertThat(pool.forced()).isTrue();
        assertThat(pool.restricted()).isTrue();
        assertThat(context.log)
                .containsExactly(
                        "swiotlb: Reserved memory: created restricted DMA pool at 0x0000000004000000, size 0 MiB");
    }

    @Test
    void aRestrictedPoolOutsideOfRamIsRefused() {
        PoolPlan plan = new PoolPlan("wifi", PoolKind.RESTRICTED, 0, 0, true, 0, 1L << 40, 4 * MIB);
        assertThatThrownBy(() -> create(plan, null))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("DMA-4001 restricted pool wifi: cannot use the region at 0x10000000000");
    }
}
