package dev.dmaops.machine.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuDomain;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimDomainTest {
    private static final int RW = IommuDomain.READ | IommuDomain.WRITE;
    private static final long MIB2 = 1L << 21;
    private static final long GIB = 1L << 30;

    private static SimDomain domain(IommuGeometry geometry) {
        return new SimDomain("test", geometry);
    }

    @Test
    void mappedIovaTranslatesByteByByte() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        assertThat(domain.map(0xffff_f000L, 0x1_2345_6000L, 4096, RW)).isTrue();
        assertThat(domain.translate(0xffff_f123L)).isEqualTo(0x1_2345_6123L);
        assertThat(domain.translate(0xffff_efffL)).isEqualTo(IommuDomain.NOT_MAPPED);
        assertThat(domain.translate(0x1_0000_0000L)).isEqualTo(IommuDomain.NOT_MAPPED);
        assertThat(domain.mappedBytes()).isEqualTo(4096);
    }

    @Test
    void largePagesTranslateLikeSmallOnes() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        assertThat(domain.map(GIB - MIB2 - 4096, 3 * GIB - MIB2 - 4096, GIB + 2 * MIB2 + 8192, RW))
                .isTrue();
        for (long at :
                new long[] {GIB - MIB2 - 4096, GIB - MIB2, GIB - 1, GIB, 2 * GIB - 1, 2 * GIB, 2 * GIB + MIB2 + 4095}) {
            assertThat(domain.translate(at)).isEqualTo(at + 2 * GIB);
        }
        assertThat(domain.unmap(GIB - MIB2 - 4096, GIB + 2 * MIB2 + 8192)).isEqualTo(GIB + 2 * MIB2 + 8192);
        assertThat(domain.mappedBytes()).isZero();
    }

    @Test
    void partOfALargePageCanBeUnmapped() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        domain.map(0, 4 * GIB, GIB, RW);
        assertThat(domain.unmap(MIB2 + 4096, 4096)).isEqualTo(4096);
        assertThat(domain.translate(MIB2 + 4096)).isEqualTo(IommuDomain.NOT_MAPPED);
        assertThat(domain.translate(MIB2 + 8192)).isEqualTo(4 * GIB + MIB2 + 8192);
        assertThat(domain.translate(GIB - 1)).isEqualTo(5 * GIB - 1);
        assertThat(domain.mappedBytes()).isEqualTo(GIB - 4096);
        assertThat(domain.access(MIB2 + 8192, true)).isEqualTo(4 * GIB + MIB2 + 8192);
    }

    @Test
    void mappedTwiceIsRefusedAndChangesNothing() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        domain.map(0x10_3000, 0x8000, 4096, RW);
        assertThat(domain.map(0x10_0000, 0x40_0000, 0x10_000, RW)).isFalse();
        assertThat(domain.translate(0x10_0000)).isEqualTo(IommuDomain.NOT_MAPPED);
        assertThat(domain.translate(0x10_3000)).isEqualTo(0x8000);
        assertThat(domain.mappedBytes()).isEqualTo(4096);
        assertThat(domain.map(0, 0, GIB, RW)).isFalse();
        assertThat(domain.mappedBytes()).isEqualTo(4096);
    }

    @Test
    void unmapCountsWhatWasMapped() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        domain.map(0x1000, 0x1000, 4096, RW);
        domain.map(0x5000, 0x5000, 8192, RW);
        assertThat(domain.unmap(0, GIB)).isEqualTo(3 * 4096);
        assertThat(domain.unmap(0, GIB)).isZero();
    }

    @Test
    void nothingIsMappedOutsideOfTheAperture() {
        SimDomain domain = domain(IommuGeometry.PLAIN.withAperture(0x1_0000, 0xffff_ffffL));
        assertThat(domain.map(0xf000, 0, 4096, RW)).isFalse();
        assertThat(domain.map(0xffff_f000L, 0, 8192, RW)).isFalse();
        assertThat(domain.map(0xffff_f000L, 0, 4096, RW)).isTrue();
        assertThat(domain.access(0x1_ffff_f000L, false)).isEqualTo(IommuPort.NOT_MAPPED);
    }

    @Test
    void nothingMapsToNothing() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        assertThat(domain.map(0x1000, 0x1000, 0, RW)).isTrue();
        assertThat(domain.mappedBytes()).isZero();
        assertThat(domain.unmap(0x1000, 0)).isZero();
        domain.invalidate(0x1000, 0);
    }

    @Test
    void unalignedUseIsRefused() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        assertThatThrownBy(() -> domain.map(0x1001, 0, 4096, RW))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage(
                        "DMA-3014 test: cannot map iova=0x1001 physical=0x0 bytes=4096: expected multiples of the smallest"
                                + " page, 4096 bytes. Round outwards.");
        assertThatThrownBy(() -> domain.map(0x1000, 1, 4096, RW)).isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> domain.unmap(0x1000, -4096)).isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> domain.invalidate(0x1000, 100)).isInstanceOf(DmaUsageException.class);
    }

    @Test
    void protectionDecidesWhoMayDoWhat() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        domain.map(0x1000, 0x1000, 4096, IommuDomain.READ | IommuDomain.CACHE);
        domain.map(0x2000, 0x2000, 4096, IommuDomain.WRITE | IommuDomain.PRIVILEGED);
        domain.map(0x3000, 0x3000, 4096, 0);
        assertThat(domain.access(0x1004, false)).isEqualTo(0x1004);
        assertThat(domain.access(0x1004, true)).isEqualTo(IommuPort.NOT_WRITABLE);
        assertThat(domain.access(0x2004, true)).isEqualTo(0x2004);
        assertThat(domain.access(0x2004, false)).isEqualTo(IommuPort.NOT_READABLE);
        assertThat(domain.access(0x3004, false)).isEqualTo(IommuPort.NOT_READABLE);
        assertThat(domain.translate(0x3004)).isEqualTo(0x3004);
    }

    @Test
    void forgottenInvalidationIsVisible() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        domain.map(0x1000, 0x7000, 4096, RW);
        assertThat(domain.access(0x1000, true)).isEqualTo(0x7000);
        domain.unmap(0x1000, 4096);
        assertThat(domain.translate(0x1000)).isEqualTo(IommuDomain.NOT_MAPPED);
        assertThat(domain.access(0x1000, true)).isEqualTo(0x7000);
        domain.map(0x1000, 0x9000, 4096, RW);
        assertThat(domain.access(0x1000, true)).isEqualTo(0x7000);
        domain.invalidate(0x1000, 4096);
        assertThat(domain.access(0x1000, true)).isEqualTo(0x9000);
    }

    @Test
    void invalidationForgetsItsRangeOnlyAndAllForgetsEverything() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        domain.map(0, 0x10_0000, 0x10_0000, RW);
        for (long at = 0; at < 0x10_0000; at += 4096) {
            assertThat(domain.access(at, false)).isEqualTo(0x10_0000 + at);
        }
        domain.unmap(0, 0x10_0000);
        domain.invalidate(0x4000, 0x2000);
        assertThat(domain.access(0x3000, false)).isEqualTo(0x10_3000);
        assertThat(domain.access(0x4000, false)).isEqualTo(IommuPort.NOT_MAPPED);
        assertThat(domain.access(0x5000, false)).isEqualTo(IommuPort.NOT_MAPPED);
        assertThat(domain.access(0x6000, false)).isEqualTo(0x10_6000);
        domain.invalidate(0, 1L << 40);
        assertThat(domain.access(0x6000, false)).isEqualTo(IommuPort.NOT_MAPPED);
        domain.map(0x6000, 0x6000, 4096, RW);
        domain.access(0x6000, false);
        domain.unmap(0x6000, 4096);
        domain.invalidateAll();
        assertThat(domain.access(0x6000, false)).isEqualTo(IommuPort.NOT_MAPPED);
    }

    @Test
    void missIsNotRemembered() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        assertThat(domain.access(0x1000, false)).isEqualTo(IommuPort.NOT_MAPPED);
        domain.map(0x1000, 0x1000, 4096, RW);
        assertThat(domain.access(0x1000, false)).isEqualTo(0x1000);
    }

    @ParameterizedTest
    @EnumSource(Hardware.class)
    void everyHardwareTranslatesUpToItsLastAddress(Hardware hardware) {
        for (long page : new long[] {4096, 16384, 65536}) {
            IommuGeometry geometry = IommuGeometry.of(hardware, page);
            assertThat(geometry.granule()).isLessThanOrEqualTo(page);
            SimDomain domain = domain(geometry);
            long granule = domain.granule();
            long last = geometry.apertureLast() + 1 - granule;
            assertThat(domain.map(last, 16 * granule, granule, RW)).isTrue();
            assertThat(domain.access(last + 5, true)).isEqualTo(16 * granule + 5);
            assertThat(domain.unmap(last, granule)).isEqualTo(granule);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0x40201000L, -4096L, 1L << 14 | 1L << 25, 1L << 16 | 1L << 29})
    void randomUseAgreesWithAPlainMap(long pageSizes) {
        long seed = 42;
        Random random = new Random(seed);
        SimDomain domain = domain(IommuGeometry.PLAIN.withPageSizes(pageSizes));
        long granule = domain.granule();
        TreeMap<Long, Long> model = new TreeMap<>();
        for (int step = 0; step < 3000; step++) {
            long iova = random.nextLong(4096) * granule;
            long pages = 1 + random.nextLong(random.nextInt(8) == 0 ? 2048 : 16);
            if (random.nextBoolean()) {
                long physical = random.nextBoolean() ? iova + (1L << 32) : random.nextLong(1 << 20) * granule;
                boolean free = model.subMap(iova, iova + pages * granule).isEmpty();
                assertThat(domain.map(iova, physical, pages * granule, RW))
                        .as("seed=" + seed)
                        .isEqualTo(free);
                for (long i = 0; free && i < pages; i++) {
                    model.put(iova + i * granule, physical + i * granule);
                }
            } else {
                var part = model.subMap(iova, iova + pages * granule);
                assertThat(domain.unmap(iova, pages * granule))
                        .as("seed=" + seed)
                        .isEqualTo(part.size() * granule);
                part.clear();
            }
            assertThat(domain.mappedBytes()).as("seed=" + seed).isEqualTo(model.size() * granule);
        }
        for (long page = 0; page < 4096 + 2048; page++) {
            Long expected = model.get(page * granule);
            assertThat(domain.translate(page * granule + 9))
                    .as("seed=" + seed)
                    .isEqualTo(expected == null ? IommuDomain.NOT_MAPPED : expected + 9);
        }
    }

    @Test
    void mapUnmapInvalidateTranslateAllocateNothing() {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        long sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += round(domain, i);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            sum += round(domain, i);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
        assertThat(sum).isNotZero();
        assertThat(domain.mappedBytes()).isZero();
    }

    private static long round(SimDomain domain, int i) {
        long iova = (1 + i % 700) * 8192L;
        domain.map(iova, 1L << 33, 8192, RW);
        long physical = domain.translate(iova) + domain.access(iova + 4096, true);
        domain.unmap(iova, 8192);
        domain.invalidate(iova, 8192);
        return physical;
    }

    @Test
    void threadsMapWithoutDisturbingEachOther() throws InterruptedException {
        SimDomain domain = domain(IommuGeometry.PLAIN);
        Thread[] threads = new Thread[4];
        boolean[] failed = new boolean[threads.length];
        for (int t = 0; t < threads.length; t++) {
            int number = t;
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    long iova = ((long) i * threads.length + number) * 4096;
                    failed[number] |= !domain.map(iova, iova + GIB, 4096, RW);
                    failed[number] |= domain.access(iova, true) != iova + GIB;
                    failed[number] |= domain.unmap(iova, 4096) != 4096;
                    domain.invalidate(iova, 4096);
                    failed[number] |= domain.access(iova, true) != IommuPort.NOT_MAPPED;
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failed).containsOnly(false);
        assertThat(domain.mappedBytes()).isZero();
    }

    @Test
    void armsTablesCannotForbidToReadWhatMayBeWritten() {
        SimDomain arm = domain(IommuGeometry.of(Hardware.SMMU, 4096));
        SimDomain intel = domain(IommuGeometry.of(Hardware.INTEL, 4096));
        for (SimDomain domain : new SimDomain[] {arm, intel}) {
            assertThat(domain.map(0x1000, 0x8000, 4096, IommuDomain.WRITE)).isTrue();
            assertThat(domain.map(0x2000, 0x9000, 4096, IommuDomain.READ)).isTrue();
            assertThat(domain.access(0x1000, true)).isEqualTo(0x8000);
            assertThat(domain.access(0x2000, false)).isEqualTo(0x9000);
            assertThat(domain.access(0x2000, true)).isEqualTo(IommuPort.NOT_WRITABLE);
        }
        assertThat(arm.access(0x1000, false)).isEqualTo(0x8000);
        assertThat(intel.access(0x1000, false)).isEqualTo(IommuPort.NOT_READABLE);
    }
}
