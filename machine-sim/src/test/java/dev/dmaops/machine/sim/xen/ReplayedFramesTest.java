package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.MachineAddresses;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayedFramesTest {
    private final ReplayedFrames frames = new ReplayedFrames();

    @Test
    void exchangesAreAnsweredAsScriptedAndRemembered() {
        frames.ram(0x100, 0x5000, 4);
        frames.exchangeFails(-12);
        frames.exchangeYields(0x800);
        long[] in = {0x5000, 0x5001, 0x5002, 0x5003};
        long[] out = {0x100};
        assertThat(frames.exchange(in, 0, out, 2, 32)).isEqualTo(new ExchangeOutcome(-12, 0));
        assertThat(frames.guestFrame(0x5001)).as("kept after a refusal").isEqualTo(0x101);
        assertThat(frames.exchange(in, 0, out, 2, 33)).isEqualTo(new ExchangeOutcome(0, 4));
        assertThat(out).containsExactly(0x800);
        assertThat(frames.guestFrame(0x5001)).as("given up").isEqualTo(BusFrames.NO_FRAME);
        List<Long> given = List.of(0x5000L, 0x5001L, 0x5002L, 0x5003L);
        assertThat(frames.takeAsked())
                .containsExactly(
                        new ReplayedFrames.Asked(given, 0, 0x100, 2, 32, -12),
                        new ReplayedFrames.Asked(given, 0, 0x100, 2, 33, 0));
        assertThat(frames.takeAsked()).as("taken").isEmpty();
    }

    @Test
    void exchangeThatNobodyScriptedIsRefused() {
        frames.exchangeYields(0x800);
        frames.forgetExchanges();
        assertThatThrownBy(() -> frames.exchange(new long[] {1}, 0, new long[] {2}, 0, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageContaining("the script has no more answers");
    }

    @Test
    void frameThatTheScriptGaveAnotherPageStaysThere() {
        frames.ram(0x100, 0x5000, 2);
        frames.exchangeYields(0x5001);
        frames.exchange(new long[] {0x5000}, 0, new long[] {0x100}, 0, 0);
        frames.updateMapping(0x100, 0x5001);
        frames.exchangeYields(0x5000);
        frames.exchange(new long[] {0x5001}, 0, new long[] {0x101}, 0, 0);
        frames.updateMapping(0x101, 0x5000);
        assertThat(frames.guestFrame(0x5001)).isEqualTo(0x100);
        assertThat(frames.guestFrame(0x5000)).isEqualTo(0x101);
        assertThat(frames.toMemory("any", 0x500_1010L, Access.READ)).isEqualTo(0x10_0010L);
        assertThat(frames.toMemory("any", 0x900_0000L, Access.READ))
                .isEqualTo(MachineAddresses.fault(Reason.FRAME_OF_NOBODY));
    }

    @Test
    void emulatedMachineBelievesInLinesAndMaintainsNothing() {
        frames.ram(0x100, 0x100, 16);
        frames.offerCacheFlush();
        try (SimMachine sim = SimMachine.builder().ram(0, 1 << 24).modelCaches().open()) {
            Machine cached = frames.on(sim);
            assertThat(cached.hook(CacheMaintenance.class)).contains(sim.caches());
            ForeignCaches calls = cached.hook(ForeignCaches.class).orElseThrow();
            assertThat(calls.maintain(0x10_0000, 8, 64, ForeignCaches.CLEAN)).isZero();
            assertThat(sim.caches().counters().forDevice()).isEqualTo(1);
            assertThat(calls.maintain(0x10_0000, 4000, 97, ForeignCaches.CLEAN)).isEqualTo(-22);
            assertThat(calls.maintain(0x80_0000, 0, 64, ForeignCaches.CLEAN)).isEqualTo(-1);
            frames.withoutCaches();
            CacheMaintenance none = frames.on(sim).hook(CacheMaintenance.class).orElseThrow();
            assertThat(none.lineBytes()).isEqualTo(sim.caches().lineBytes());
            none.forDevice(0x10_0000, 64, DmaDirection.TO_DEVICE);
            assertThat(sim.caches().counters().forDevice()).as("nothing done").isEqualTo(1);
        }
    }

    @Test
    void withoutTheCallForCachesOfOthersThereIsNoHook() {
        try (SimMachine sim = SimMachine.builder().ram(0, 1 << 24).open()) {
            assertThat(frames.on(sim).hook(ForeignCaches.class)).isEmpty();
        }
    }
}
