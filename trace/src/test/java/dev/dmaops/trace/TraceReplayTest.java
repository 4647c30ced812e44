package dev.dmaops.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.trace.event.TraceFile;
import dev.dmaops.trace.setup.DeviceFacts;
import dev.dmaops.trace.setup.PoolFacts;
import dev.dmaops.trace.setup.TraceSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules by which events become operations of a pool. */
final class TraceReplayTest {
    private static final long START = 0x1000_0000L;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final StringBuilder trace = new StringBuilder();
    private int micros;

    private void line(int pid, int cpu, char level, String event) {
        trace.append(String.format(
                Locale.ROOT, "  some thread-%d [%03d] d.%c1. 1.%06d: %s%n", pid, cpu, level, ++micros, event));
    }

    private void bounced(int pid, int cpu, char level, long original, long bytes) {
        line(
                pid,
                cpu,
                level,
                String.format(
                        "swiotlb_bounced: dev_name: disk dma_mask=ff dev_addr=%x size=%d FORCE", original, bytes));
    }

    private void mapped(int pid, int cpu, char level, long dma, long original, long bytes) {
        line(
                pid,
                cpu,
                level,
                String.format(
                        "dma_map_page: disk dir=TO_DEVICE dma_addr=%x size=%d phys_addr=%x attrs=",
                        dma, bytes, original));
    }

    private void unmapped(int cpu, long dma, long bytes) {
        line(0, cpu, 'h', String.format("dma_unmap_page: disk dir=TO_DEVICE dma_addr=%x size=%d attrs=", dma, bytes));
    }

    private ReplayReport replay(int slots, int areas) throws IOException {
        PoolFacts pool = new PoolFacts(slots, areas, START, true, 2, "test");
        TraceSetup setup = new TraceSetup(pool, Map.of("disk", DeviceFacts.PLAIN), true, OptionalInt.empty());
        Path file = Files.writeString(folder.resolve("t.trace"), trace);
        return TraceReplay.play(new TraceFile("t.trace", file, read -> {}), setup, new SwiotlbPools());
    }

    @Test
    void interruptInTheMiddleOfAListIsACallOfItsOwn() throws IOException {
        bounced(7, 0, '.', 0x1000, 4096);
        bounced(7, 0, 'h', 0x9000, 4096);
        mapped(7, 0, 'h', START + 0x1000, 0x9000, 4096);
        bounced(7, 0, '.', 0x3000, 4096);
        line(
                7,
                0,
                '.',
                "dma_map_sg: disk dir=TO_DEVICE nents=2/2 ents=2/2 dma_addrs={0x10000000,0x10002000}"
                        + " sizes={0x1000,0x1000} phys_addrs={0x1000,0x3000} attrs=");

        ReplayReport report = replay(256, 2);

        assertThat(report.addressesEqual()).isEqualTo(3).isEqualTo(report.addressesCompared());
        assertThat(report.refusedInTrace()).isZero();
        assertThat(report.highWaterSlots()).isEqualTo(6);
    }

    @Test
    void threadMovesToAnotherProcessorInTheMiddleOfAList() throws IOException {
        bounced(7, 0, '.', 0x1000, 4096);
        bounced(7, 1, '.', 0x3000, 4096);
        line(
                7,
                1,
                '.',
                "dma_map_sg: disk dir=TO_DEVICE nents=2/2 ents=2/2 dma_addrs={0x10000000,0x10040000}"
                        + " sizes={0x1000,0x1000} phys_addrs={0x1000,0x3000} attrs=");

        assertThat(replay(256, 2).addressesEqual()).isEqualTo(2);
    }

    @Test
    void listWithoutItsEventWasRefusedAndHoldsNothing() throws IOException {
        bounced(7, 0, '.', 0x1000, 131072);
        bounced(7, 0, '.', 0x30000, 262144);
        bounced(7, 0, '.', 0x1000, 131072);
        mapped(7, 0, '.', START + 0x20000, 0x1000, 131072);

        ReplayReport report = replay(128, 1);

        assertThat(report.refusedInTrace()).isEqualTo(1);
        assertThat(report.failures()).isEqualTo(1);
        assertThat(report.firstFailure().orElseThrow().line()).isEqualTo(2);
        assertThat(report.highWaterSlots()).isEqualTo(64);
        assertThat(report.addressesEqual()).isEqualTo(1);
    }

    @Test
    void callThatIsTooLargeForThePoolIsRefusedOnceAndTheRestOfItNotTried() throws IOException {
        bounced(7, 0, '.', 0x10000, 262144);
        bounced(7, 0, '.', 0x60000, 262144);
        bounced(7, 0, '.', 0x100, 100);
        line(
                7,
                0,
                '.',
                "dma_map_sg: disk dir=TO_DEVICE nents=3/3 ents=3/3 dma_addrs={0x10000000,0x10040000,0x10080000}"
                        + " sizes={0x40000,0x40000,0x64} phys_addrs={0x10000,0x60000,0x100} attrs=");
        line(0, 0, 'h', "dma_unmap_sg: disk dir=TO_DEVICE phys_addrs={0x10000,0x60000,0x100} attrs=");

        ReplayReport report = replay(128, 1);

        assertThat(report.failures()).isEqualTo(1);
        assertThat(report.unmatchedAtStart()).isZero();
        assertThat(report.smallestSlots()).contains(512);
        assertThat(report.bootArgument()).contains("swiotlb=512,1");
        assertThat(report.live()).isEmpty();
    }

    @Test
    void everyRequestLongerThanASlotSetIsTooLargeForAnyPool() throws IOException {
        bounced(7, 0, '.', 0x10000, 262145);
        mapped(7, 0, '.', -1, 0x10000, 262145);

        ReplayReport report = replay(256, 2);

        assertThat(report.smallestSlots()).isEmpty();
        assertThat(report.firstFailure().orElseThrow().code()).isEqualTo("request-too-large");
    }

    @Test
    void leakGrowsWhereARingOfBuffersStays() throws IOException {
        for (int i = 0; i < 4000; i++) {
            long ring = START + (long) i * 2048;
            bounced(7, 0, 's', 0x1000, 1500);
            mapped(7, 0, 's', ring, 0x1000, 1500);
            if (i >= 64) {
                unmapped(0, ring - 64 * 2048, 1500);
            }
            if (i % 100 == 50) {
                bounced(7, 1, '.', 0x2000, 4096);
                mapped(7, 1, '.', 0x7000_0000L + i * 4096L, 0x2000, 4096);
            }
            micros += 20;
        }

        ReplayReport report = replay(32768, 2);

        assertThat(report.live()).hasSize(2);
        assertThat(report.live().get(0).suspect()).isTrue();
        assertThat(report.live().get(0).count()).isEqualTo(40);
        assertThat(report.live().get(1).suspect()).isFalse();
        assertThat(report.live().get(1).count()).isEqualTo(64);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void slotsCountedAreThoseThatThePoolTook() throws IOException {
        for (int i = 0; i < 50; i++) {
            bounced(7, 0, '.', 0x1000 + 77L * i, 1 + 997L * i);
            mapped(7, 0, '.', START + i, 0x1000 + 77L * i, 1 + 997L * i);
        }

        ReplayReport report = replay(4096, 2);

        assertThat(report.runLengths().stream()
                        .mapToLong(run -> run.slots() * run.mappings())
                        .sum())
                .isEqualTo(report.highWaterSlots())
                .isEqualTo(report.devices().getFirst().peakSlots());
    }

    @Test
    void addressThatIsGivenOutAgainEndsTheMappingWhoseUnmapWasLost() throws IOException {
        bounced(7, 0, '.', 0x1000, 4096);
        mapped(7, 0, '.', START, 0x1000, 4096);
        trace.append("CPU:0 [LOST 7 EVENTS]\n");
        bounced(7, 0, '.', 0x1000, 4096);
        mapped(7, 0, '.', START, 0x1000, 4096);
        unmapped(0, START, 4096);
        unmapped(0, START + 4096, 4096);

        ReplayReport report = replay(256, 2);

        assertThat(report.lostEvents()).isEqualTo(7);
        assertThat(report.unseenUnmaps()).isEqualTo(1);
        assertThat(report.unmatchedAfterLoss()).isEqualTo(1);
        assertThat(report.live()).isEmpty();
    }

    @Test
    void bouncesAloneSayNothingAboutHowLongSlotsAreHeld() {
        bounced(7, 0, '.', 0x1000, 4096);
        bounced(7, 0, '.', 0x3000, 4096);

        assertThatThrownBy(() -> replay(256, 2))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("expected events of maps and unmaps, found bounces alone");
    }

    @Test
    void lastLineThatIsCutShortIsLeftOut() throws IOException {
        bounced(7, 0, '.', 0x1000, 4096);
        mapped(7, 0, '.', START, 0x1000, 4096);
        trace.append("  x-7 [000] d..1. 1.900000: dma_unmap_page: disk dir=TO_DEVICE dma_ad");

        ReplayReport report = replay(256, 2);

        assertThat(report.cutAtEnd()).isTrue();
        assertThat(report.live()).hasSize(1);
    }
}
