package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.PvMemoryCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Node 0 has the frames below 16 MiB, node 1 those up to 32 MiB. */
class XenExchangeNodesTest {
    private static final int ENOMEM = -12;
    private static final int EINVAL = -22;
    private static final long NODE_1 = 0x1000;

    private final XenMachine machine = Machines.pv(NodeLayout.ONE.from(NODE_1, 1));
    private final PvMemoryCalls calls = machine.hook(PvMemoryCalls.class).orElseThrow();

    @AfterEach
    void nothingIsLost() {
        assertThat(machine.host().audit()).isEmpty();
        machine.close();
    }

    /** Exchanges guest frame 0x100 for a frame of a node. */
    private ExchangeOutcome exchange(NodeWish wish, int addressBits) {
        long before = machine.domain().machineFrame(0x100);
        long[] out = {0x100};
        assertThat(calls.updateMapping(0x100, BusFrames.NO_FRAME)).isZero();
        ExchangeOutcome outcome = Exchange.run(
                machine.host(),
                machine.domain(),
                ExchangeRequest.own(0, 0, addressBits).with(wish),
                GuestList.of(before),
                GuestList.of(out));
        assertThat(calls.updateMapping(0x100, outcome.error() == 0 ? out[0] : before))
                .isZero();
        return outcome;
    }

    private int nodeOfFrame() {
        return machine.domain().machineFrame(0x100) < NODE_1 ? 0 : 1;
    }

    @Test
    void frameComesFromTheNodeAskedFor() {
        for (int node : new int[] {1, 0, 1}) {
            assertThat(exchange(NodeWish.first(node), 0)).isEqualTo(new ExchangeOutcome(0, 1));
            assertThat(nodeOfFrame()).isEqualTo(node);
            assertThat(exchange(NodeWish.only(node), 0)).isEqualTo(new ExchangeOutcome(0, 1));
            assertThat(nodeOfFrame()).isEqualTo(node);
        }
    }

    @Test
    void anotherNodeHelpsOutUnlessItMustBeTheOne() {
        assertThat(exchange(NodeWish.only(1), 24))
                .as("node 1 has nothing below 16 MiB")
                .isEqualTo(new ExchangeOutcome(ENOMEM, 0));
        assertThat(exchange(NodeWish.first(1), 24)).isEqualTo(new ExchangeOutcome(0, 1));
        assertThat(nodeOfFrame()).isZero();
    }

    @Test
    void nodeThatIsNotThereHasNoMemory() {
        assertThat(exchange(NodeWish.only(5), 0)).isEqualTo(new ExchangeOutcome(ENOMEM, 0));
        assertThat(exchange(NodeWish.first(5), 0)).isEqualTo(new ExchangeOutcome(0, 1));
    }

    @Test
    void numberBeyondXensNodesIsRefused() {
        assertThat(exchange(NodeWish.first(63), 0)).isEqualTo(new ExchangeOutcome(0, 1));
        assertThat(exchange(NodeWish.first(64), 0)).isEqualTo(new ExchangeOutcome(EINVAL, 0));
        assertThat(exchange(NodeWish.only(64), 0)).isEqualTo(new ExchangeOutcome(EINVAL, 0));
    }

    @Test
    void exactWithoutANodeIsNoWish() {
        assertThat(exchange(new NodeWish(NodeWish.NO_NODE, true), 0)).isEqualTo(new ExchangeOutcome(0, 1));
    }

    @Test
    void guestMayNotInsistOnANodeAndIsNotHeardOtherwise() {
        XenDomain guest = machine.startDomain(1, 1 << 20, 64);
        long frame = guest.machineFrame(8);
        synchronized (machine.host()) {
            guest.detach(8);
        }
        long[] out = {8};

        assertThat(guestExchange(guest, NodeWish.only(0), frame, out)).isEqualTo(new ExchangeOutcome(EINVAL, 0));
        assertThat(guestExchange(guest, NodeWish.first(64), frame, out)).isEqualTo(new ExchangeOutcome(0, 1));
        assertThat(out[0]).as("node 0 as without a wish").isLessThan(NODE_1);
        long second = out[0];
        out[0] = 8;
        assertThat(guestExchange(guest, NodeWish.first(1), second, out)).isEqualTo(new ExchangeOutcome(0, 1));
        assertThat(out[0]).isLessThan(NODE_1);
        synchronized (machine.host()) {
            guest.attach(8, out[0]);
        }
    }

    private ExchangeOutcome guestExchange(XenDomain guest, NodeWish wish, long frame, long[] out) {
        return Exchange.run(
                machine.host(), guest, ExchangeRequest.own(0, 0, 0).with(wish), GuestList.of(frame), GuestList.of(out));
    }
}
