package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lazy invalidation: what is unmapped stays within reach until the flush, and its addresses are not handed out before it. */
class FlushQueueTest {
    private static final long TIMEOUT = FlushQueue.TIMEOUT_NANOS;

    private static IommuBench open(IommuDomainType type) {
        return IommuScene.PLAIN.with(type).open(new IommuBackend());
    }

    private static long map(IommuBench bench, long physical) {
        return bench.device().mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0);
    }

    private static void unmap(IommuBench bench, long dma) {
        bench.device().unmapSingle(dma, 4096, DmaDirection.TO_DEVICE, 0);
    }

    /** Maps, lets the device look so that the IOMMU remembers, unmaps. */
    private static long mapUseUnmap(IommuBench bench, long physical) {
        long dma = map(bench, physical);
        assertThat(bench.engine().checksum(dma, 4096)).isNotNegative();
        unmap(bench, dma);
        return dma;
    }

    /** Uses the domain, without taking an address that {@link #map} could. */
    private static void use(IommuBench bench, long physical) {
        bench.device().mapSingle(physical, 8192, DmaDirection.TO_DEVICE, 0);
    }

    private static boolean reaches(IommuBench bench, long dma) {
        return bench.engine().checksum(dma, 4096) >= 0;
    }

    @Test
    void strictUnmapEndsTheDevicesAccessAtOnce() {
        try (IommuBench bench = open(IommuDomainType.DMA)) {
            long dma = mapUseUnmap(bench, bench.physical(bench.filled(4096, 1)));
            assertThat(reaches(bench, dma)).isFalse();
        }
    }

    @Test
    void lazyUnmapEndsItWithTheTimer() {
        try (IommuBench bench = open(IommuDomainType.DMA_FQ)) {
            long physical = bench.physical(bench.filled(4096, 1));
            long dma = mapUseUnmap(bench, physical);
            assertThat(reaches(bench, dma)).isTrue();
            bench.pass(TIMEOUT - 1);
            use(bench, physical);
            assertThat(reaches(bench, dma)).isTrue();
            bench.pass(1);
            use(bench, physical);
            assertThat(reaches(bench, dma)).isFalse();
        }
    }

    @Test
    void timerRunsFromTheFirstUnmapThatWaits() {
        try (IommuBench bench = open(IommuDomainType.DMA_FQ)) {
            long physical = bench.physical(bench.filled(4096, 1));
            long first = mapUseUnmap(bench, physical);
            bench.pass(TIMEOUT / 2);
            long second = mapUseUnmap(bench, physical);
            bench.pass(TIMEOUT / 2);
            use(bench, physical);
            assertThat(reaches(bench, first)).isFalse();
            assertThat(reaches(bench, second)).isFalse();
            long third = mapUseUnmap(bench, physical);
            bench.pass(TIMEOUT - 1);
            use(bench, physical);
            assertThat(reaches(bench, third)).isTrue();
        }
    }

    @Test
    void addressIsNotHandedOutBeforeTheFlush() {
        try (IommuBench bench = open(IommuDomainType.DMA_FQ)) {
            long physical = bench.physical(bench.filled(4096, 1));
            Set<Long> seen = new HashSet<>();
            for (int i = 0; i < FlushQueue.ENTRIES - 1; i++) {
                assertThat(seen.add(mapUseUnmap(bench, physical))).isTrue();
            }
            bench.pass(TIMEOUT);
            assertThat(seen).contains(map(bench, physical));
        }
    }

    @Test
    void fullRingIsFlushedByTheNextUnmapAndThatOneWaitsForTheNextFlush() {
        try (IommuBench bench = open(IommuDomainType.DMA_FQ);
                var _ = bench.machine().cpus().pin(0)) {
            long physical = bench.physical(bench.filled(4096, 1));
            long first = mapUseUnmap(bench, physical);
            for (int i = 1; i < FlushQueue.ENTRIES - 1; i++) {
                mapUseUnmap(bench, physical);
            }
            assertThat(reaches(bench, first)).isTrue();
            long forcing = map(bench, physical);
            unmap(bench, forcing);
            assertThat(reaches(bench, first)).isFalse();
            assertThat(map(bench, physical)).as("last in, first out").isNotEqualTo(forcing);
        }
    }

    @Test
    void ringsAreThoseOfTheProcessors() {
        try (IommuBench bench = open(IommuDomainType.DMA_FQ)) {
            long physical = bench.physical(bench.filled(4096, 1));
            long[] dma = new long[FlushQueue.ENTRIES];
            for (int i = 0; i < dma.length; i++) {
                dma[i] = map(bench, physical);
                assertThat(reaches(bench, dma[i])).isTrue();
            }
            for (int cpu = 0; cpu < 2; cpu++) {
                try (var _ = bench.machine().cpus().pin(cpu)) {
                    for (int i = cpu; i < dma.length; i += 2) {
                        unmap(bench, dma[i]);
                    }
                }
            }
            assertThat(reaches(bench, dma[0])).as("neither ring is full").isTrue();
            bench.pass(TIMEOUT);
            use(bench, physical);
            assertThat(reaches(bench, dma[0])).isFalse();
            assertThat(reaches(bench, dma[1])).isFalse();
        }
    }

    @Test
    void iommuWithoutDeferredFlushIsStrict() {
        IommuGeometry plain = IommuGeometry.PLAIN;
        IommuGeometry eager = new IommuGeometry(
                plain.pageSizes(), plain.apertureFirst(), plain.apertureLast(), true, false, List.of());
        try (IommuBench bench =
                IommuScene.PLAIN.with(IommuDomainType.DMA_FQ).with(eager).open(new IommuBackend())) {
            assertThat(reaches(bench, mapUseUnmap(bench, bench.physical(bench.filled(4096, 1)))))
                    .isFalse();
        }
    }

    @Test
    void untrustedDeviceIsServedStrictlyWhateverWasAskedFor() {
        try (IommuBench bench =
                IommuScene.PLAIN.with(IommuDomainType.DMA_FQ).withoutTrust().open(new IommuBackend())) {
            assertThat(reaches(bench, mapUseUnmap(bench, bench.physical(bench.filled(4096, 1)))))
                    .isFalse();
        }
    }

    @Test
    void mappingThatWasMadeSinceIsNotDisturbedByTheFlush() {
        try (IommuBench bench = open(IommuDomainType.DMA_FQ)) {
            long physical = bench.physical(bench.filled(4096, 8));
            mapUseUnmap(bench, physical);
            long live = map(bench, physical);
            bench.pass(TIMEOUT);
            map(bench, physical);
            assertThat(bench.engine().mismatches(live, 4096, 8)).isZero();
            DmaDevice device = bench.device();
            device.unmapSingle(live, 4096, DmaDirection.TO_DEVICE, 0);
        }
    }
}
