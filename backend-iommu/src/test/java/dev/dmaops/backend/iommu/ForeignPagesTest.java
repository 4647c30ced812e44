package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.MapResult;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.Policy;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Another domain's pages behind an IOMMU that a dom0 on Arm sees: the guest's frames 0x30000 and 0x30001 stand for machine frames
 * 0x50007 and 0x50003. What lies at the guest's own number is not what the kernel sees there.
 */
class ForeignPagesTest {
    private static final long GUEST = 0x3000_0000L;
    private static final long FIRST = 0x5000_7000L;
    private static final long SECOND = 0x5000_3000L;
    private static final Policy TRANSLATE = new Policy(false, true, false);

    private final Frames frames = new Frames();

    private static final class Frames implements BusFrames {
        @Override
        public long toBus(long pfn) {
            if (pfn == GUEST >> SHIFT) {
                return FIRST >> SHIFT;
            }
            if (pfn == (GUEST >> SHIFT) + 2) {
                return NO_FRAME;
            }
            return pfn == (GUEST >> SHIFT) + 1 ? SECOND >> SHIFT : pfn;
        }

        @Override
        public long toGuest(long bfn) {
            return bfn;
        }

        @Override
        public long toLocal(long bfn) {
            return bfn;
        }

        @Override
        public boolean isValid(long pfn) {
            return pfn != FIRST >> SHIFT && pfn != SECOND >> SHIFT;
        }
    }

    private IommuBench open(IommuScene scene) {
        IommuBench bench = scene.withHook(frames).open(new IommuBackend());
        SimPattern.fill(bench.machine().memory().segment(FIRST, 4096), 1, 0);
        SimPattern.fill(bench.machine().memory().segment(SECOND, 4096), 1, 4096);
        return bench;
    }

    @Test
    void linuxMapsTheGuestsAddressAndTheDeviceReadsSomethingElse() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            long dma = bench.device().mapSingle(GUEST, 8192, DmaDirection.TO_DEVICE, 0);
            assertThat(bench.domain().translate(dma)).isEqualTo(GUEST);
            assertThat(bench.engine().mismatches(dma, 8192, 1)).isPositive();
            assertThat(bench.log())
                    .contains(
                            "dev0: pages of other domains will be mapped at the guest's own frame numbers, as Linux does: the"
                                    + " device reaches other memory. Set policy.iommu-translates-foreign = yes to translate them"
                                    + " first.");
        }
    }

    @Test
    void policyTranslatesFirstAndJoinsFramesThatLieApart() {
        try (IommuBench bench = open(IommuScene.PLAIN.with(TRANSLATE))) {
            long dma = bench.device().mapSingle(GUEST + 100, 8000, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(bench.domain().translate(dma)).isEqualTo(FIRST + 100);
            assertThat(bench.log()).isEmpty();
            byte[] seen = new byte[8000];
            bench.engine().read(dma, MemorySegment.ofArray(seen));
            assertThat(SimPattern.mismatches(MemorySegment.ofArray(seen), 1, 100))
                    .isZero();
            bench.engine().writePattern(dma, 8000, 6);
            assertThat(SimPattern.mismatches(bench.machine().memory().segment(FIRST + 100, 3996), 6))
                    .isZero();
            assertThat(SimPattern.mismatches(bench.machine().memory().segment(SECOND, 4004), 6, 3996))
                    .isZero();
            bench.device().unmapSingle(dma, 8000, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void ownPagesAndForeignOnesShareAList() {
        try (IommuBench bench = open(IommuScene.PLAIN.with(TRANSLATE))) {
            MemorySegment own = bench.filled(4096, 3);
            ScatterList list = new ScatterList().add(own).addPhysical(GUEST, 8192);
            assertThat(bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(1);
            assertThat(bench.engine().mismatches(list.dmaAddress(0), 4096, 3)).isZero();
            assertThat(bench.engine().mismatches(list.dmaAddress(0) + 4096, 8192, 1))
                    .isZero();
            bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, 0);
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void frameWithoutAPlaceOnTheBusIsRefusedAndNothingIsHeld() {
        try (IommuBench bench = open(IommuScene.PLAIN.with(TRANSLATE))) {
            DmaDevice device = bench.device();
            MapResult result = device.tryMap(new PhysicalAddress(GUEST + 4096), 8192, DmaDirection.TO_DEVICE, 0);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(DmaErrorCode.IOMMU_MAP_FAILED));
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void cacheLinesOfForeignPagesAreTheHypervisorsBusiness() {
        List<String> calls = new ArrayList<>();
        ForeignCaches xen = (frame, offset, bytes, operation) -> {
            calls.add(Long.toHexString(frame) + "+" + offset + " " + bytes + " op " + operation);
            return 0;
        };
        try (IommuBench bench =
                open(IommuScene.PLAIN.withoutSnooping().with(TRANSLATE).withHook(xen))) {
            long dma = bench.device().mapSingle(GUEST + 96, 8000, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(calls).containsExactly("50007000+96 4000 op 1", "50003000+0 4000 op 1");
            calls.clear();
            bench.device().unmapSingle(dma, 8000, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(calls).containsExactly("50007000+96 4000 op 2", "50003000+0 4000 op 2");
        }
    }
}
