package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class XenExchangeTest {
    private static final int EPERM = -1;
    private static final int ESRCH = -3;
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
        assertThat(calls.exchange(new long[1 << 19], 0, new long[1], 19, 0).error())
                .isEqualTo(EPERM);
        assertThat(calls.exchange(new long[3], 0, new long[1], 1, 0).error()).isEqualTo(EINVAL);
        assertThat(calls.exchange(new long[0], 0, new long[0], 0, 0)).isEqualTo(new ExchangeOutcome(0, 0));
    }

    @Test
    void checksComeInXensOrder() {
        XenDomain dom0 = machine.domain();
        XenDomain other = machine.startDomain(1, 1 << 20, 64);
        long[] one = {dom0.machineFrame(0x100)};
        long[] to = {0x100};

        assertThat(run(dom0, new ExchangeRequest(5, 6, 19, 0, 0, 9), one, to))
                .as("order first")
                .isEqualTo(EPERM);
        assertThat(run(dom0, new ExchangeRequest(5, 5, 0, 0, 0, 2), one, to))
                .as("more than there are")
                .isEqualTo(EINVAL);
        assertThat(run(dom0, new ExchangeRequest(0, 1, 0, 0, 0, 0), one, to))
                .as("two domains")
                .isEqualTo(EINVAL);
        assertThat(run(dom0, new ExchangeRequest(5, 5, 0, 0, 0, 1), one, to))
                .as("all done before")
                .isZero();
        assertThat(run(dom0, new ExchangeRequest(5, 5, 0, 0, 0, 0), one, to))
                .as("no such domain")
                .isEqualTo(ESRCH);
        assertThat(run(other, new ExchangeRequest(0, 0, 0, 0, 0, 0), one, to))
                .as("not for others")
                .isEqualTo(EPERM);
    }

    @Test
    void howLargeABlockMayBeDependsOnWhoAsks() {
        XenDomain guest = machine.startDomain(1, 1 << 20, 64);
        for (int order : new int[] {9, 10}) {
            assertThat(run(guest, ExchangeRequest.own(0, order, 0), new long[1 << order], new long[1]))
                    .as("guest, order %d", order)
                    .isEqualTo(order == 9 ? EINVAL : EPERM);
        }
        for (int order : new int[] {18, 19}) {
            assertThat(run(machine.domain(), ExchangeRequest.own(0, order, 0), new long[1 << order], new long[1]))
                    .as("dom0, order %d", order)
                    .isEqualTo(order == 18 ? EINVAL : EPERM);
        }
        try (XenMachine arm = Machines.arm(true)) {
            for (int order : new int[] {18, 19}) {
                assertThat(run(arm.domain(), ExchangeRequest.own(0, order, 0), new long[1 << order], new long[1]))
                        .as("dom0 on Arm, order %d", order)
                        .isEqualTo(order == 18 ? EINVAL : EPERM);
            }
        }
        try (XenMachine driver = Machines.guest(Kind.XEN_PV, Machines.device("nic", true, Optional.empty()))) {
            for (int order : new int[] {12, 13}) {
                assertThat(run(driver.domain(), ExchangeRequest.own(0, order, 0), new long[1 << order], new long[1]))
                        .as("a guest that was given a device, order %d", order)
                        .isEqualTo(order == 12 ? EINVAL : EPERM);
            }
        }
        try (XenMachine driver = Machines.armGuest(Machines.device("nic", true, Optional.empty()))) {
            for (int order : new int[] {10, 11}) {
                assertThat(run(driver.domain(), ExchangeRequest.own(0, order, 0), new long[1 << order], new long[1]))
                        .as("a guest on Arm that was given a device, order %d", order)
                        .isEqualTo(order == 10 ? EINVAL : EPERM);
            }
        }
    }

    @Test
    void exchangeGoesOnWhereAnEarlierCallEnded() {
        long[] in = zap(0x100, 4);
        long[] out = {0x100, 0x102};
        long[] bad = {in[0], in[1], in[2], in[2]};
        assertThat(calls.exchange(bad, 0, out, 1, 0)).isEqualTo(new ExchangeOutcome(EINVAL, 2));

        ExchangeOutcome outcome = Exchange.run(
                machine.host(),
                machine.domain(),
                new ExchangeRequest(ExchangeRequest.SELF, ExchangeRequest.SELF, 0, 1, 0, 2),
                GuestList.of(in),
                GuestList.of(out));

        assertThat(outcome).isEqualTo(new ExchangeOutcome(0, 4));
        map(0x100, out[0], 2);
        map(0x102, out[1], 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"XEN_ARM", "XEN_HVM", "XEN_PVH"})
    void onlyPvDomainsExchange(Kind kind) {
        try (XenMachine translated = kind == Kind.XEN_ARM ? Machines.arm(true) : Machines.guest(kind)) {
            long pfn = kind == Kind.XEN_ARM ? 0x40000 : 0x100;
            long[] frame = {translated.domain().machineFrame(pfn)};

            assertThat(translated.hook(PvMemoryCalls.class)).isEmpty();
            assertThat(run(translated.domain(), ExchangeRequest.own(0, 0, 0), frame, new long[] {pfn}))
                    .isEqualTo(EOPNOTSUPP);
            assertThat(translated.host().audit()).isEmpty();
        }
    }

    private static int run(XenDomain caller, ExchangeRequest request, long[] in, long[] out) {
        return Exchange.run(caller.host(), caller, request, GuestList.of(in), GuestList.of(out))
                .error();
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
