package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class XenExchangeTest {
    private static final int EPERM = -1;
    private static final int ENOMEM = -12;
    private static final int EINVAL = -22;
    private static final int EOPNOTSUPP = -95;

    private final XenMachine machine = Machines.pv();
    private final PvMemoryCalls calls = machine.hook(PvMemoryCalls.class).orElseThrow();

    @AfterEach
    void nothingIsLost() {
        assertThat(machine.host().audit()).isEmpty();
        machine.close();
    }

    /** Takes the mappings of guest frames away and says which machine frames they had. */
    private long[] zap(long pfn, int count) {
        long[] frames = LongStream.range(pfn, pfn + count)
                .map(machine.domain()::machineFrame)
                .toArray();
        LongStream.range(pfn, pfn + count)
                .forEach(frame -> assertThat(calls.updateMapping(frame, BusFrames.NO_FRAME))
                        .isZero());
        return frames;
    }

    private void map(long pfn, long mfn, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(calls.updateMapping(pfn + i, mfn + i)).isZero();
        }
    }

    @Test
    void singleFramesBecomeOneAlignedBlockBelowTheWidth() {
        long[] in = zap(0x100, 16);
        long[] out = {0x100};

        ExchangeOutcome outcome = calls.exchange(in, 0, out, 4, 24);

        assertThat(outcome).isEqualTo(new ExchangeOutcome(0, 16));
        assertThat(out[0] & 15).isZero();
        assertThat((out[0] + 16) << 12).isLessThanOrEqualTo(1L << 24);
        map(0x100, out[0], 16);
        assertThat(calls.guestFrame(out[0] + 3)).isEqualTo(0x103);
        for (long frame : in) {
            assertThat(calls.guestFrame(frame)).as("given up").isEqualTo(BusFrames.NO_FRAME);
        }
    }

    @Test
    void blockBecomesSingleFrames() {
        long[] block = {0x200};
        calls.exchange(zap(0x200, 16), 0, block, 4, 0);
        long[] out = LongStream.range(0x200, 0x210).toArray();

        assertThat(calls.exchange(block, 4, out, 0, 0)).isEqualTo(new ExchangeOutcome(0, 1));

        for (int i = 0; i < 16; i++) {
            map(0x200 + i, out[i], 1);
        }
    }

    @Test
    void frameThatIsStillMappedIsNotGivenUp() {
        long[] in = LongStream.range(0x100, 0x110)
                .map(machine.domain()::machineFrame)
                .toArray();

        assertThat(calls.exchange(in, 0, new long[] {0x100}, 4, 0)).isEqualTo(new ExchangeOutcome(EINVAL, 0));
    }

    @Test
    void frameOfSomebodyElseIsNotGivenUp() {
        XenDomain other = machine.startDomain(1, 1 << 20, 64);
        long foreign = other.machineFrame(0);
        long[] in = zap(0x100, 1);

        assertThat(calls.exchange(new long[] {in[0], foreign}, 0, new long[] {0x100}, 1, 0)
                        .error())
                .isEqualTo(EINVAL);
        assertThat(calls.exchange(new long[] {1L << 40}, 0, new long[] {0x100}, 0, 0)
                        .error())
                .isEqualTo(EINVAL);
        map(0x100, in[0], 1);
    }

    @Test
    void noBlockBelowTheWidthLeavesEverythingAsItWas() {
        long free = machine.host().freeFrames();
        long[] in = zap(0x100, 64);

        assertThat(calls.exchange(in, 0, new long[] {0x100}, 6, 18)).isEqualTo(new ExchangeOutcome(ENOMEM, 0));

        assertThat(machine.host().freeFrames()).isEqualTo(free);
        for (int i = 0; i < 64; i++) {
            map(0x100 + i, in[i], 1);
        }
    }

    @Test
    void chunksBeforeAFailureStayExchanged() {
        long[] in = zap(0x100, 4);
        long[] bad = {in[0], in[1], in[2], in[2]};
        long[] out = {0x100, 0x102};

        ExchangeOutcome outcome = calls.exchange(bad, 0, out, 1, 0);

        assertThat(outcome).isEqualTo(new ExchangeOutcome(EINVAL, 2));
        map(0x100, out[0], 2);
        map(0x102, in[2], 1);
        map(0x103, in[3], 1);
    }

    @Test
    void ordersAndCountsAreChecked() {
        assertThat(calls.exchange(new long[1 << 13], 0, new long[1], 13, 0).error())
                .isEqualTo(EPERM);
        assertThat(calls.exchange(new long[3], 0, new long[1], 1, 0).error()).isEqualTo(EINVAL);
        assertThat(calls.exchange(new long[0], 0, new long[0], 0, 0)).isEqualTo(new ExchangeOutcome(0, 0));
    }

    @Test
    void onlyPvDomainsExchange() {
        try (XenMachine arm = Machines.arm(true)) {
            assertThat(arm.hook(PvMemoryCalls.class)).isEmpty();
            assertThat(Exchange.run(arm.host(), arm.domain(), new long[] {0x40000}, 0, new long[] {0x40000}, 0, 0)
                            .error())
                    .isEqualTo(EOPNOTSUPP);
        }
    }

    @Test
    void sameFrameCannotBeMappedAtAnotherPlace() {
        long[] frame = zap(0x100, 1);

        assertThat(calls.updateMapping(0x101, frame[0])).isEqualTo(EINVAL);
        assertThat(calls.updateMapping(0x100, machine.domain().machineFrame(0x101)))
                .isEqualTo(EINVAL);
        map(0x100, frame[0], 1);
    }

    @Test
    void kernelFindsItsFramesInTheListAndItsHolesAsThemselves() {
        assertThat(calls.frames()).isEqualTo(0x800);
        assertThat(calls.bootEntry(0x100)).isEqualTo(machine.domain().machineFrame(0x100));
        assertThat(calls.bootEntry(0x900)).isEqualTo(0x900 | PvMemoryCalls.IDENTITY);
        zap(0x100, 1);
        assertThat(calls.bootEntry(0x100)).isEqualTo(BusFrames.NO_FRAME);
        map(0x100, machine.host().domains().isEmpty() ? 0 : homeOf(0x100), 1);
    }

    private long homeOf(long pfn) {
        return LongStream.range(0, 0x2000)
                .filter(mfn -> calls.guestFrame(mfn) == pfn)
                .findFirst()
                .orElseThrow();
    }
}
