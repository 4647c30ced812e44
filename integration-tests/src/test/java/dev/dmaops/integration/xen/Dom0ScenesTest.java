package dev.dmaops.integration.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMask;
import dev.dmaops.machine.sim.SimFault;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.GrantStatus;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.MachineContiguity;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dom0 with devices of its own and pages of others. */
class Dom0ScenesTest {
    private static final String DISK = "disk";

    @TempDir
    private Path folder = Path.of("");

    private static String device(String more) {
        return "devices { " + DISK + " { bus = platform, coherent = yes, " + more + " } }";
    }

    @Test
    void guestSeesWhatDom0sDiskWroteIntoItsPage() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, device("mask = 64bit"))) {
            XenDomain guest = dom0.guest(1, 64);
            List<ForeignPage> pages = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                SimPattern.fill(dom0.owned(guest, i), i);
                pages.add(dom0.map(guest, i));
            }
            for (int i = 0; i < 16; i++) {
                DmaMapping mapping = dom0.device(DISK).map(dom0.seen(pages.get(i)), DmaDirection.BIDIRECTIONAL);
                assertThat(mapping.bounceReason()).isNull();
                assertThat(mapping.dmaAddress().value()).isEqualTo(pages.get(i).machineAddress());
                assertThat(dom0.engine(DISK).mismatches(mapping.dmaAddress().value(), 4096, i))
                        .isZero();
                dom0.engine(DISK).writePattern(mapping.dmaAddress().value(), 4096, 100 + i);
                mapping.close();
                assertThat(SimPattern.mismatches(dom0.owned(guest, i), 100 + i)).isZero();
            }
            pages.forEach(page -> assertThat(dom0.machine.foreign().unmap(page)).isEqualTo(GrantStatus.OKAY));
            assertThat(dom0.machine.host().audit()).isEmpty();
        }
    }

    @Test
    void foreignPageAboveTheWindowBouncesBelowItIsTranslatedAndLocalPagesAreNeither() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, device("mask = 32bit"))) {
            XenDomain high = dom0.guest(1, 64);
            XenDomain low = dom0.guest(2, 32);
            ForeignPage above = dom0.map(high, 0);
            ForeignPage below = dom0.map(low, 0);
            SimPattern.fill(dom0.owned(high, 0), 3);

            DmaMapping bounced = dom0.device(DISK).map(dom0.seen(above), DmaDirection.BIDIRECTIONAL);
            DmaMapping translated = dom0.device(DISK).map(dom0.seen(below), DmaDirection.BIDIRECTIONAL);
            MemorySegment own = dom0.machine.memory().segment(0x4000_0000L, 4096);
            DmaMapping local = dom0.device(DISK).map(own, DmaDirection.BIDIRECTIONAL);

            assertThat(bounced.bounceReason()).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
            assertThat(translated.bounceReason()).isNull();
            assertThat(translated.dmaAddress().value())
                    .isEqualTo(below.machineAddress())
                    .isNotEqualTo(below.physical());
            assertThat(local.dmaAddress().value()).isEqualTo(0x4000_0000L);
            assertThat(dom0.engine(DISK).mismatches(bounced.dmaAddress().value(), 4096, 3))
                    .isZero();
            dom0.engine(DISK).writePattern(bounced.dmaAddress().value(), 4096, 4);
            bounced.close();
            assertThat(SimPattern.mismatches(dom0.owned(high, 0), 4)).isZero();
            translated.close();
            local.close();
        }
    }

    @Test
    void behindXensHiddenIommuBothKindsOfAddressesWork() {
        String iommu = "iommu { behind = [ \"" + DISK + "\" ], hardware = xen-hidden }";
        for (boolean skip : new boolean[] {false, true}) {
            String policy = "policy { skip-swiotlb-behind-iommu = " + (skip ? "yes" : "no") + " }";
            try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, iommu, policy, device("mask = 64bit"))) {
                XenDomain guest = dom0.guest(1, 64);
                ForeignPage page = dom0.map(guest, 0);
                SimPattern.fill(dom0.owned(guest, 0), 3);

                DmaMapping mapping = dom0.device(DISK).map(dom0.seen(page), DmaDirection.TO_DEVICE);

                assertThat(dom0.device(DISK).choice().backend()).isEqualTo(skip ? "swiotlb" : "swiotlb-xen");
                assertThat(mapping.dmaAddress().value()).isEqualTo(skip ? page.physical() : page.machineAddress());
                assertThat(dom0.engine(DISK).mismatches(mapping.dmaAddress().value(), 4096, 3))
                        .isZero();
                mapping.close();
            }
        }
    }

    @Test
    void grantThatGoesWhileItIsMappedForADeviceCorruptsNothing() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, device("mask = 64bit"))) {
            XenDomain guest = dom0.guest(1, 64);
            SimPattern.fill(dom0.owned(guest, 0), 3);
            ForeignPage page = dom0.map(guest, 0);
            DmaMapping mapping = dom0.device(DISK).map(dom0.seen(page), DmaDirection.BIDIRECTIONAL);

            assertThat(dom0.machine.foreign().unmap(page)).isEqualTo(GrantStatus.OKAY);

            assertThat(dom0.engine(DISK).writePattern(mapping.dmaAddress().value(), 64, 9))
                    .isZero();
            assertThat(dom0.engine(DISK).faults())
                    .extracting(SimFault::reason)
                    .containsExactly(SimFault.Reason.FRAME_NOT_GRANTED);
            assertThat(SimPattern.mismatches(dom0.owned(guest, 0), 3)).isZero();
            mapping.close();
            assertThat(dom0.machine.host().audit()).isEmpty();
        }
    }

    @Test
    void pvDom0BouncesWhatIsNoNeighbourAndWhatIsTooHigh() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.PV, device("mask = 64bit").replace("platform", "pci"))) {
            DmaDevice disk = dom0.device(DISK);
            long straddling = 0;
            for (long physical = 0x10_0000; straddling == 0; physical += 8192) {
                MemorySegment buffer = dom0.machine.memory().segment(physical, 8192);
                SimPattern.fill(buffer, physical);
                DmaMapping mapping = disk.map(buffer, DmaDirection.BIDIRECTIONAL);
                straddling += mapping.bounceReason() == BounceReason.STRADDLES_MACHINE_FRAMES ? 1 : 0;
                assertThat(dom0.engine(DISK).mismatches(mapping.dmaAddress().value(), 8192, physical))
                        .isZero();
                dom0.engine(DISK).writePattern(mapping.dmaAddress().value(), 8192, physical + 1);
                mapping.close();
                assertThat(SimPattern.mismatches(buffer, physical + 1)).isZero();
            }
            assertThat(disk.setStreamingMask(DmaMask.ofBits(32)).name()).isEqualTo("OK");
            MemorySegment page = dom0.machine.memory().segment(0x20_0000, 4096);
            DmaMapping high = disk.map(page, DmaDirection.TO_DEVICE);
            assertThat(high.bounceReason()).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
            high.close();
        }
    }

    @Test
    void pvExchangeRunsOutWithANumberAndRecovers() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.PV, device("mask = 32bit").replace("platform", "pci"))) {
            DmaDevice disk = dom0.device(DISK);
            disk.setCoherentMask(DmaMask.ofBits(32));
            List<CoherentBuffer> buffers = new ArrayList<>();
            CoherentRefused refused = null;
            while (refused == null) {
                switch (disk.tryAllocateCoherent(1 << 20, 0, 0)) {
                    case CoherentBuffer buffer -> {
                        long dma = buffer.dmaAddress().value();
                        assertThat(dma + (1 << 20)).isLessThanOrEqualTo(1L << 32);
                        dom0.engine(DISK).writePattern(dma, 1 << 20, buffers.size());
                        assertThat(SimPattern.mismatches(buffer.segment(), buffers.size()))
                                .isZero();
                        buffers.add(buffer);
                    }
                    case CoherentRefused none -> refused = none;
                }
            }
            assertThat(buffers).isNotEmpty();
            assertThat(refused.refused().code()).isEqualTo(DmaErrorCode.NO_CONTIGUOUS_REGION);
            assertThat(refused.refused().message()).contains("no block of order 8 below 2^32");
            buffers.removeLast().close();
            assertThat(disk.tryAllocateCoherent(1 << 20, 0, 0)).isInstanceOf(CoherentBuffer.class);
            assertThat(dom0.machine.host().audit()).isEmpty();
        }
    }

    @Test
    void exchangeIsThereOnPvOnly() {
        try (Dom0 arm = Dom0.open(folder, Dom0.ARM, device("mask = 64bit"))) {
            assertThat(arm.platform.part(MachineContiguity.class)).isEmpty();
            assertThat(arm.platform.part(BusFrames.class)).isEmpty();
        }
    }

    @Test
    void deviceThatDoesNotSnoopReadsForeignPagesThroughXensCacheCall() {
        for (String call : new String[] {"yes", "no"}) {
            String arm = Dom0.ARM.replace("direct-mapped = yes", "direct-mapped = yes, cache-flush = " + call);
            try (Dom0 dom0 =
                    Dom0.open(folder, arm, device("mask = 64bit").replace("coherent = yes", "coherent = no"))) {
                XenDomain guest = dom0.guest(1, 64);
                ForeignPage page = dom0.map(guest, 0);
                SimPattern.fill(dom0.seen(page), 5);

                DmaMapping mapping = dom0.device(DISK).map(dom0.seen(page), DmaDirection.TO_DEVICE, DmaAttributes.NONE);

                assertThat(mapping.bounceReason())
                        .isEqualTo(call.equals("yes") ? null : BounceReason.FOREIGN_NOT_FLUSHABLE);
                assertThat(dom0.engine(DISK).mismatches(mapping.dmaAddress().value(), 4096, 5))
                        .isZero();
                mapping.close();
            }
        }
    }
}
