package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.sim.MachineAddresses;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.xen.ExchangeRequest.Argument;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Xen answers when it cannot reach the guest's lists, or may not do what the guest asks. */
class XenExchangeFaultsTest {
    private static final int EPERM = -1;
    private static final int ESRCH = -3;
    private static final int ENOMEM = -12;
    private static final int EFAULT = -14;
    private static final int EINVAL = -22;
    private static final int SELF = ExchangeRequest.SELF;

    private final XenMachine machine = Machines.pv();
    private final XenDomain dom0 = machine.domain();
    private final PvMemoryCalls calls = machine.hook(PvMemoryCalls.class).orElseThrow();
    private final long free = machine.host().freeFrames();

    @AfterEach
    void nothingIsLost() {
        assertThat(machine.host().audit()).isEmpty();
        assertThat(machine.host().freeFrames()).isEqualTo(free);
        machine.close();
    }

    private long[] zap(long pfn, int count) {
        long[] frames =
                LongStream.range(pfn, pfn + count).map(dom0::machineFrame).toArray();
        LongStream.range(pfn, pfn + count)
                .forEach(frame -> assertThat(calls.updateMapping(frame, BusFrames.NO_FRAME))
                        .isZero());
        return frames;
    }

    private void map(long pfn, long... frames) {
        for (int i = 0; i < frames.length; i++) {
            assertThat(calls.updateMapping(pfn + i, frames[i])).isZero();
        }
    }

    private ExchangeOutcome run(XenDomain caller, ExchangeRequest request, GuestList in, GuestList out) {
        return Exchange.run(machine.host(), caller, request, in, out);
    }

    private ExchangeOutcome run(ExchangeRequest request, GuestList in, GuestList out) {
        return run(dom0, request, in, out);
    }

    /** Frames that dom0 owns and that are none of its guest frames. */
    private long[] nowhere() {
        return LongStream.range(0, machine.host().end())
                .filter(mfn -> machine.host().owner(mfn) == dom0 && calls.guestFrame(mfn) == BusFrames.NO_FRAME)
                .toArray();
    }

    @Test
    void argumentThatCannotBeReadIsRefusedFirst() {
        ExchangeRequest request = new ExchangeRequest(5, 6, 99, 0, 0, 7).with(Argument.UNMAPPED);

        assertThat(run(request, GuestList.of(1), GuestList.of(1))).isEqualTo(new ExchangeOutcome(EFAULT, 7));
    }

    @Test
    void argumentThatCannotBeWrittenHidesWhatWasExchanged() {
        long[] in = zap(0x100, 2);
        long[] out = {0x100};

        assertThat(run(ExchangeRequest.own(0, 1, 0).with(Argument.READ_ONLY), GuestList.of(in), GuestList.of(out)))
                .isEqualTo(new ExchangeOutcome(EFAULT, 0));

        map(0x100, out[0], out[0] + 1);
        assertThat(machine.host().isFree(in[0])).isTrue();
    }

    @Test
    void argumentThatCannotBeWrittenTakesTheErrorsPlace() {
        ExchangeRequest tooLarge = new ExchangeRequest(SELF, SELF, 19, 19, 0, 0).with(Argument.READ_ONLY);
        ExchangeRequest allDone = new ExchangeRequest(SELF, SELF, 0, 0, 0, 1).with(Argument.READ_ONLY);

        assertThat(run(tooLarge, GuestList.of(1), GuestList.of(1))).isEqualTo(new ExchangeOutcome(EFAULT, 0));
        assertThat(run(allDone, GuestList.of(1), GuestList.of(1)))
                .as("nothing to write")
                .isEqualTo(new ExchangeOutcome(0, 1));
    }

    @Test
    void listAtXensAddressesIsRefusedBeforeAFrameIsTouched() {
        long[] in = zap(0x100, 4);
        long[] out = {0x100, 0x102};

        assertThat(run(ExchangeRequest.own(0, 1, 0), GuestList.reachingIntoXen(3, in), GuestList.of(out)))
                .isEqualTo(new ExchangeOutcome(EFAULT, 0));
        assertThat(run(ExchangeRequest.own(0, 1, 0), GuestList.of(in), GuestList.reachingIntoXen(1, out)))
                .isEqualTo(new ExchangeOutcome(EFAULT, 0));

        map(0x100, in);
        assertThat(out).containsExactly(0x100, 0x102);
    }

    @Test
    void listIsLookedAtAfterTheCountsAndBeforeNodeAndDomain() {
        GuestList bad = GuestList.reachingIntoXen(0, 1);
        GuestList good = GuestList.of(1);
        ExchangeRequest badNode = new ExchangeRequest(5, 5, 0, 0, 0, 0).with(NodeWish.only(64));

        assertThat(run(new ExchangeRequest(5, 5, 0, 0, 0, 2), bad, good))
                .as("more than there are")
                .isEqualTo(new ExchangeOutcome(EINVAL, 2));
        assertThat(run(new ExchangeRequest(5, 5, 0, 0, 0, 1), bad, good))
                .as("all done before")
                .isEqualTo(new ExchangeOutcome(0, 1));
        assertThat(run(badNode, bad, good)).as("list").isEqualTo(new ExchangeOutcome(EFAULT, 0));
        assertThat(run(badNode, good, good)).as("node").isEqualTo(new ExchangeOutcome(EINVAL, 0));
        assertThat(run(badNode.with(NodeWish.ANY), good, good)).as("domain").isEqualTo(new ExchangeOutcome(ESRCH, 0));
    }

    @Test
    void entryThatCannotBeReadGivesItsChunkBack() {
        long[] in = zap(0x100, 4);
        long[] out = {0x100, 0x102};

        ExchangeOutcome outcome =
                run(ExchangeRequest.own(0, 1, 0), GuestList.of(in).unmapped(3), GuestList.of(out));

        assertThat(outcome).isEqualTo(new ExchangeOutcome(EFAULT, 2));
        map(0x100, out[0], out[0] + 1, in[2], in[3]);
        assertThat(out[1]).isEqualTo(0x102);
    }

    @Test
    void placeThatCannotBeReadDoesNotStopTheChunk() {
        long[] in = {zapped(0x100)};
        long[] out = LongStream.range(0x100, 0x104).toArray();

        ExchangeOutcome outcome = run(
                ExchangeRequest.own(2, 0, 0),
                GuestList.of(in),
                GuestList.of(out).unmapped(1));

        assertThat(outcome).isEqualTo(new ExchangeOutcome(EFAULT, 0));
        assertThat(machine.host().isFree(in[0])).as("given up").isTrue();
        map(0x100, out[0]);
        map(0x102, out[2], out[3]);
        assertThat(nowhere()).hasSize(1);
        assertThat(new XenBus(machine.host(), dom0, id -> false).toMemory("nic", nowhere()[0] << 12, Access.READ))
                .as("no bytes of somebody else")
                .isEqualTo(MachineAddresses.fault(Reason.FRAME_OF_NOBODY));
        giveHome(0x101);
    }

    @Test
    void chunkThatCannotBeCopiedEndsTheExchangeUncounted() {
        long[] in = zap(0x100, 6);
        long[] out = {0x100, 0x102, 0x104};

        ExchangeOutcome outcome = run(
                ExchangeRequest.own(0, 1, 0),
                GuestList.of(in),
                GuestList.of(out).readOnly(1));

        assertThat(outcome).isEqualTo(new ExchangeOutcome(EFAULT, 2));
        assertThat(out).as("not written").endsWith(0x102, 0x104);
        map(0x100, out[0], out[0] + 1);
        long[] second = LongStream.range(0, machine.host().end())
                .filter(mfn -> calls.guestFrame(mfn) == 0x102)
                .toArray();
        assertThat(second).as("Xen's own table says where").hasSize(1);
        map(0x102, second[0], second[0] + 1);
        map(0x104, in[4], in[5]);
    }

    /** Makes guest frames one block, takes its mappings away and says where it is. */
    private long zapped(long pfn) {
        long[] out = {pfn};
        assertThat(calls.exchange(zap(pfn, 4), 0, out, 2, 0)).isEqualTo(new ExchangeOutcome(0, 4));
        return out[0];
    }

    /** Exchanges a frame that is nowhere for one that is somewhere. */
    private void giveHome(long pfn) {
        long[] out = {pfn};
        assertThat(calls.exchange(nowhere(), 0, out, 0, 0)).isEqualTo(new ExchangeOutcome(0, 1));
        map(pfn, out);
    }

    @Test
    void blocksAlreadyAllocatedGoBackWhenTheNextIsMissing() {
        XenHost host = machine.host();
        long[] in = {zapped(0x100)};
        long[] taken = LongStream.range(2, host.freeFrames(21))
                .map(i -> host.allocate(0, 21))
                .toArray();
        long left = host.freeFrames();

        assertThat(calls.exchange(in, 2, new long[] {0x100, 0x101, 0x102, 0x103}, 0, 21))
                .as("two of four")
                .isEqualTo(new ExchangeOutcome(ENOMEM, 0));

        assertThat(host.freeFrames()).isEqualTo(left);
        assertThat(host.freeFrames(21)).isEqualTo(2);
        LongStream.of(taken).forEach(host::release);
        map(0x100, in[0], in[0] + 1, in[0] + 2, in[0] + 3);
    }

    @Test
    void policyRefusesAfterTheDomainWasFound() {
        machine.host().exchangePolicy((caller, target) -> false);
        long[] in = zap(0x100, 1);

        assertThat(run(ExchangeRequest.own(0, 0, 0), GuestList.of(in), GuestList.of(0x100)))
                .isEqualTo(new ExchangeOutcome(EPERM, 0));
        assertThat(run(new ExchangeRequest(5, 5, 0, 0, 0, 0), GuestList.of(in), GuestList.of(0x100)))
                .isEqualTo(new ExchangeOutcome(ESRCH, 0));
        map(0x100, in);
    }

    @Test
    void policyMayLetAGuestExchangeForAnother() {
        try (XenMachine two = Machines.pv()) {
            XenDomain other = two.startDomain(1, 1 << 20, 64);
            GuestList in = GuestList.of(two.domain().machineFrame(0x100));
            ExchangeRequest forDom0 = new ExchangeRequest(0, 0, 0, 0, 0, 0);

            assertThat(Exchange.run(two.host(), other, forDom0, in, GuestList.of(0x100)))
                    .isEqualTo(new ExchangeOutcome(EPERM, 0));
            two.host().exchangePolicy((caller, target) -> caller == other);
            assertThat(Exchange.run(two.host(), other, forDom0, in, GuestList.of(0x100)))
                    .as("allowed, and then the frame is found mapped")
                    .isEqualTo(new ExchangeOutcome(EINVAL, 0));
        }
    }

    @Test
    void domainThatNumbersFewFramesGetsNoOthers() {
        dom0.limitFrames(24);
        long[] in = zap(0x100, 2);
        long[] out = {0x100};

        assertThat(run(ExchangeRequest.own(0, 1, 0), GuestList.of(in), GuestList.of(out)))
                .isEqualTo(new ExchangeOutcome(0, 2));
        assertThat(out[0]).as("below 16 MiB").isLessThan(0x1000);
        map(0x100, out[0], out[0] + 1);

        dom0.limitFrames(20);
        assertThat(run(ExchangeRequest.own(0, 1, 64), GuestList.of(zap(0x100, 2)), GuestList.of(0x100)))
                .as("the first MiB is Xen's")
                .isEqualTo(new ExchangeOutcome(ENOMEM, 0));
        map(0x100, out[0], out[0] + 1);
        assertThat(dom0.balloonOut(0x100)).isTrue();
        assertThat(dom0.balloonIn(0x100)).as("nor by ballooning").isFalse();
        dom0.limitFrames(64);
        assertThat(dom0.balloonIn(0x100)).isTrue();
    }

    @Test
    void frameSharedByContentsIsNotGivenUp() {
        long[] in = zap(0x100, 4);
        long[] out = {0x100, 0x102};
        machine.host().shareByContents(in[3]);

        assertThat(run(ExchangeRequest.own(0, 1, 0), GuestList.of(in), GuestList.of(out)))
                .isEqualTo(new ExchangeOutcome(ENOMEM, 2));
        map(0x100, out[0], out[0] + 1, in[2], in[3]);

        try (XenMachine hvm = Machines.guest(Kind.XEN_HVM)) {
            long frame = hvm.domain().machineFrame(0x100);
            hvm.host().shareByContents(frame);
            assertThat(Exchange.run(
                            hvm.host(),
                            hvm.domain(),
                            ExchangeRequest.own(0, 0, 0),
                            GuestList.of(frame),
                            GuestList.of(0x100)))
                    .as("before what kind of domain it is")
                    .isEqualTo(new ExchangeOutcome(ENOMEM, 0));
        }
    }
}
