package dev.dmaops.machine.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.IommuDomain;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Devices that look at an address while it comes and goes: what they make the translation cache remember must be forgotten too. */
class IotlbRaceTest {
    private static final int RW = IommuDomain.READ | IommuDomain.WRITE;
    private static final int ROUNDS = 200_000;
    private static final long IOVA = 0x10_0000;
    /** Has the same place in the cache. */
    private static final long RIVAL = IOVA + Iotlb.ENTRIES * 4096L;

    private static void roundsBesideDevices(int rounds, Consumer<SimDomain> invalidation) throws InterruptedException {
        SimDomain domain = new SimDomain("test", IommuGeometry.PLAIN);
        domain.map(RIVAL, 0x7_0000, 4096, RW);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong looks = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        Thread[] devices = new Thread[2];
        for (int i = 0; i < devices.length; i++) {
            boolean rival = i == 1;
            devices[i] = new Thread(() -> {
                long counted = 0;
                while (!done.get()) {
                    long seen = domain.access(IOVA, true);
                    if (seen != IommuPort.NOT_MAPPED && seen >>> 40 != 1) {
                        wrong.incrementAndGet();
                    }
                    if (rival && domain.access(RIVAL, true) != 0x7_0000) {
                        wrong.incrementAndGet();
                    }
                    counted++;
                }
                looks.addAndGet(counted);
            });
            devices[i].start();
        }
        long stale = 0;
        for (int round = 0; round < rounds; round++) {
            domain.map(IOVA, (1L << 40) + round * 4096L, 4096, RW);
            // A while of every length, so that each step of a device's look-up meets the unmap some time.
            for (int i = round & 63; i > 0; i--) {
                Thread.onSpinWait();
            }
            domain.unmap(IOVA, 4096);
            invalidation.accept(domain);
            if (domain.access(IOVA, true) != IommuPort.NOT_MAPPED) {
                stale++;
            }
        }
        done.set(true);
        for (Thread device : devices) {
            device.join();
        }
        assertThat(looks).as("devices looked").hasPositiveValue();
        assertThat(stale)
                .as("accesses after the invalidation that still went through")
                .isZero();
        assertThat(wrong).as("addresses that nobody mapped").hasValue(0);
    }

    @Test
    void invalidationOfTheRangeForgetsWhatADeviceLooksUpMeanwhile() throws InterruptedException {
        roundsBesideDevices(ROUNDS, domain -> domain.invalidate(IOVA, 4096));
    }

    @Test
    void invalidationOfMoreThanTheCacheHoldsDoesToo() throws InterruptedException {
        roundsBesideDevices(ROUNDS / 40, domain -> domain.invalidate(IOVA, Iotlb.ENTRIES * 4096L));
    }

    @Test
    void invalidationOfEverythingDoesToo() throws InterruptedException {
        roundsBesideDevices(ROUNDS, SimDomain::invalidateAll);
    }
}
