package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.SystemDescription;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pools and zones: sizes, limits, and what RAM allows. */
class PoolCasesTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @Test
    void aPoolThatFitsNowhereIsGivenUpAndDom0MakesALateOne() {
        PlatformPlan plain = withRam("S067", "6.12", Optional.of(0x3fff_ffffL), range(GIB, 2 * GIB));
        PlatformPlan dom0 = withRam("S083", "6.12", Optional.of(0x3fff_ffffL), range(GIB, 2 * GIB));

        assertThat(plain.pool().kind()).isEqualTo(PoolKind.NONE);
        assertThat(dom0.pool().kind()).isEqualTo(PoolKind.DEFAULT_LATE);
        assertThat(dom0.pool().slots()).isEqualTo(2048);
        assertThat(dom0.pool().limit()).isEqualTo(0xffff_ffffL);
    }

    @Test
    void aForcedPoolThatFitsNowhereStillForces() {
        SelectionRow row = Rows.like("S067", "cmdline=swiotlb=force");

        BackendChoice choice = Rows.plan(
                        Systems.ram(row.system(), Optional.of(0x3fff_ffffL), range(GIB, 2 * GIB)), row.device())
                .devices()
                .getFirst()
                .choice();

        assertThat(choice.bounce()).isEqualTo(BounceMode.FORCED);
        assertThat(choice.pool()).isEqualTo(PoolKind.NONE);
    }

    @Test
    void aSmallRunOfRamIsEnoughBecauseThePoolIsHalvedSince519() {
        PlatformPlan now = withRam("S067", "6.12", Optional.of(0x3fff_ffffL), range(GIB - MIB, 2 * GIB));
        PlatformPlan old = withRam("S067", "5.15", Optional.of(0x3fff_ffffL), range(GIB - MIB, 2 * GIB));

        assertThat(now.pool().kind()).isEqualTo(PoolKind.DEFAULT);
        assertThat(now.pool().slots()).isEqualTo(32768);
        assertThat(old.pool().kind()).isEqualTo(PoolKind.NONE);
    }

    @ParameterizedTest
    @CsvSource({"6.1,0xffffffff", "6.12,0x3fffffff"})
    void upTo611AZoneBelowAllRamIsWidened(String kernel, String zone) {
        PlatformPlan plan = withRam("S067", kernel, Optional.of(0x3fff_ffffL), range(GIB, 4 * GIB));

        assertThat(plan.zoneDmaLimit()).isEqualTo(Long.decode(zone));
    }

    @ParameterizedTest
    @CsvSource({"6.1,0x7fffffff", "6.12,0x5fffffff"})
    void upTo611TheZoneIsAWholeNumberOfBits(String kernel, String zone) {
        PlatformPlan plan = withRam("S067", kernel, Optional.of(0x5fff_ffffL), range(GIB, 4 * GIB));

        assertThat(plan.zoneDmaLimit()).isEqualTo(Long.decode(zone));
        assertThat(plan.pool().limit()).isEqualTo(Long.decode(zone));
    }

    @Test
    void withAllRamAboveFourGibTheZoneHasNoLimit() {
        PlatformPlan now = withRam("S067", "6.12", Optional.empty(), range(8 * GIB, 4 * GIB));
        PlatformPlan old = withRam("S067", "6.1", Optional.empty(), range(8 * GIB, 4 * GIB));

        assertThat(now.zoneDmaLimit()).isEqualTo(-1L);
        assertThat(old.zoneDmaLimit()).isEqualTo(-1L);
        assertThat(now.pool().limit()).isEqualTo(12 * GIB - 1);
    }

    @Test
    void aKernelWithoutDmaZoneFallsBackToBelowFourGib() {
        SelectionRow row = Rows.like("S067");
        SystemDescription system =
                Systems.without(Systems.ram(row.system(), Optional.of(0x3fff_ffffL), range(0, 8 * GIB)), "ZONE_DMA");

        PlatformPlan plan = Rows.plan(system, row.device());

        assertThat(plan.zoneDmaLimit()).isZero();
        assertThat(plan.pool().limit()).isEqualTo(0xffff_ffffL);
    }

    @ParameterizedTest
    @CsvSource({"1,512", "2,1024", "3,2048"})
    void aPoolForSmallBuffersHasAMibForEachGibInAPowerOfTwo(long gib, int slots) {
        assertThat(withRam("S068", "6.12", Optional.empty(), range(0, gib * GIB))
                        .pool()
                        .slots())
                .isEqualTo(slots);
    }

    @ParameterizedTest
    @CsvSource({"swiotlb=32768,1024", "swiotlb=65536,65536", "swiotlb=4096,4096", "'swiotlb=,8',1024"})
    void aChosenSizeIsKeptUnlessItIsTheDefault(String cmdline, int slots) {
        SelectionRow row = Rows.like("S068", "cmdline=" + cmdline);

        assertThat(Rows.plan(Systems.ram(row.system(), Optional.empty(), range(0, 2 * GIB)), row.device())
                        .pool()
                        .slots())
                .isEqualTo(slots);
    }

    @ParameterizedTest
    @CsvSource({"1,32768", "2,65536", "32,524288"})
    void anEncryptedGuestSetsAsideSixPercentBetween64MibAnd1Gib(long gib, int slots) {
        assertThat(withRam("S014", "6.12", Optional.empty(), range(0, gib * GIB))
                        .pool()
                        .slots())
                .isEqualTo(slots);
    }

    @Test
    void thePcPoolLiesBelowFourGibAndThePvPoolAnywhere() {
        PoolPlan pc = Rows.plan(Rows.like("S001")).pool();
        PoolPlan pv = Rows.plan(Rows.like("S044")).pool();

        assertThat(pc.limit()).isEqualTo(0xffff_ffffL);
        assertThat(pv.limit()).isEqualTo(8 * GIB - 1);
        assertThat(Rows.plan(Rows.like("S001")).zoneDmaLimit()).isEqualTo(0xff_ffffL);
    }

    @Test
    void highMemoryIsFoundInTheMemoryMapUnlessGiven() {
        assertThat(withRam("S001", "6.12", Optional.empty(), range(0, 4 * GIB))
                        .pool()
                        .kind())
                .isEqualTo(PoolKind.NONE);
        assertThat(withRam("S002", "6.12", Optional.empty(), range(0, 4 * GIB), range(4 * GIB, 4096))
                        .pool()
                        .kind())
                .isEqualTo(PoolKind.DEFAULT);
    }

    @Test
    void iommuSoftMakesAPoolOnASmallPc() {
        assertThat(Rows.choice(Rows.like("S002", "cmdline=iommu=soft")).pool()).isEqualTo(PoolKind.DEFAULT);
    }

    @Test
    void an32BitArmMachineCanHaveADmaZone() {
        SelectionRow row = Rows.like("S103");
        SystemDescription system =
                Systems.with(Systems.ram(row.system(), Optional.of(0x3fff_ffffL), range(0, 8 * GIB)), "ZONE_DMA");

        PlatformPlan plan = Rows.plan(system, row.device());

        assertThat(plan.zoneDmaLimit()).isEqualTo(0x3fff_ffffL);
        assertThat(plan.pool().limit()).isEqualTo(0x3fff_ffffL);
    }

    @Test
    void aKernelWithoutSwiotlbHasNoPool() {
        SelectionRow row = Rows.like("S001");

        assertThat(Rows.plan(Systems.without(row.system(), "SWIOTLB"), row.device())
                        .pool()
                        .kind())
                .isEqualTo(PoolKind.NONE);
    }

    @Test
    void aRestrictedPoolNeedsItsOptionAndNoIommu() {
        BackendChoice notBuilt = Rows.choice(Rows.like("S097", "DMA_RESTRICTED_POOL=0"));
        BackendChoice confined = Rows.choice(Rows.like("S079", "restricted_pool=1"));

        assertThat(notBuilt.pool()).isEqualTo(PoolKind.DEFAULT);
        assertThat(Rows.rules(notBuilt)).contains("restricted.not-built");
        assertThat(confined.pool()).isEqualTo(PoolKind.DEFAULT);
        assertThat(Rows.rules(confined)).contains("restricted.behind-iommu");
    }

    @Test
    void aRestrictedPoolIsForcedAndHasOneArea() {
        PoolPlan pool = Rows.plan(Rows.like("S097"))
                .devices()
                .getFirst()
                .restrictedPool()
                .orElseThrow();

        assertThat(pool.forced()).isTrue();
        assertThat(pool.areas()).isEqualTo(1);
        assertThat(pool.slots()).isEqualTo(2048);
        assertThat(pool.regionBytes()).isEqualTo(4 * MIB);
    }

    private static PlatformPlan withRam(String id, String kernel, Optional<Long> firmwareLimit, MemoryRange... ram) {
        SelectionRow row = Rows.like(id, "kernel=" + kernel);
        return Rows.plan(Systems.ram(row.system(), firmwareLimit, ram), row.device());
    }

    private static MemoryRange range(long start, long bytes) {
        return new MemoryRange(start, bytes);
    }
}
