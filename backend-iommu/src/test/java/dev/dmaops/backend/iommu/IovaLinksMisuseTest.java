package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.spi.IovaLinks;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever gives reserved addresses back wrongly, or twice, is told so, and nobody gets the same addresses twice. */
@ParameterizedClass
@EnumSource(
        value = IommuDomainType.class,
        names = {"DMA", "DMA_FQ"})
class IovaLinksMisuseTest {
    private final IommuBench bench;
    private final IovaLinks links;
    private final long first;
    private final String at;

    IovaLinksMisuseTest(IommuDomainType type) {
        bench = IommuScene.PLAIN.with(type).open(new IommuBackend());
        links = bench.device().iovaLinks().orElseThrow();
        first = links.reserve(8192);
        at = "0x" + Long.toHexString(first);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(DmaUsageException.class).hasMessage(message);
    }

    @Test
    void secondReleaseIsRefusedAndGivesNoAddressBackTwice() {
        links.release(first, 8192);
        refused(
                () -> links.release(first, 8192),
                "DMA-3014 dev0: cannot release dma=" + at
                        + " bytes=8192: no stretch is reserved there. Pass the address that"
                        + " reserve returned, once.");
        long one = links.reserve(8192);
        long two = links.reserve(8192);
        assertThat(one).isEqualTo(first).isNotEqualTo(two);
    }

    @Test
    void releaseOfPartOrOfMoreIsRefusedAndTheAddressesStayReserved() {
        for (long bytes : new long[] {4096, 12288}) {
            refused(
                    () -> links.release(first, bytes),
                    "DMA-3014 dev0: cannot release dma=" + at + " bytes=" + bytes
                            + ": the stretch there has bytes=8192. Release it whole.");
        }
        refused(
                () -> links.release(first + 4096, 4096),
                "DMA-3014 dev0: cannot release dma=0x" + Long.toHexString(first + 4096)
                        + " bytes=4096: no stretch is reserved there. Pass the address that reserve returned, once.");
        for (long bytes : new long[] {0, -8192, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> links.release(first, bytes)).hasMessageStartingWith("DMA-3014 dev0");
        }
        assertThat(links.reserve(8192)).isNotEqualTo(first);
        links.release(first, 8192);
        assertThat(links.reserve(8192)).isEqualTo(first);
    }

    @Test
    void mappingCannotBeReleasedAndStaysMapped() {
        long dma = bench.device().mapSingle(bench.filled(4096, 7), 0, 4096, DmaDirection.TO_DEVICE, 0);
        refused(
                () -> links.release(dma, 4096),
                "DMA-3014 dev0: cannot release dma=0x" + Long.toHexString(dma)
                        + " bytes=4096: a mapping is there and no stretch. Unmap it.");
        assertThat(bench.engine().mismatches(dma, 4096, 7)).isZero();
        bench.device().unmapSingle(dma, 4096, DmaDirection.TO_DEVICE, 0);
    }

    @Test
    void reservedAddressesCannotBeUnmappedAndStayReserved() {
        refused(
                () -> bench.device().unmapSingle(first, 8192, DmaDirection.TO_DEVICE, 0),
                "DMA-3005 dev0: cannot unmap dma=" + at
                        + " bytes=8192: a stretch of bytes=8192 is reserved there. Unlink"
                        + " its pieces and give it back whole.");
        assertThat(links.reserve(8192)).isNotEqualTo(first);
        links.release(first, 8192);
    }

    @Test
    void ofThreadsThatReleaseTheSameStretchOneSucceeds() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        int rounds = 2_000;
        long[] now = {first};
        for (int round = 0; round < rounds; round++) {
            CountDownLatch go = new CountDownLatch(1);
            Thread[] threads = new Thread[2];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = Thread.ofVirtual().start(() -> {
                    try {
                        go.await();
                        links.release(now[0], 8192);
                    } catch (DmaUsageException e) {
                        refused.incrementAndGet();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            now[0] = links.reserve(8192);
        }
        assertThat(refused).hasValue(rounds);
    }
}
