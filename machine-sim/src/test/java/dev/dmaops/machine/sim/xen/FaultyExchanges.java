package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.sim.xen.ExchangeRequest.Argument;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.Random;
import java.util.stream.LongStream;

/** Exchanges of dom0 of several chunks with something wrong about most of them. */
final class FaultyExchanges {
    private final XenHost host;
    private final XenDomain domain;
    private final PvMemoryCalls calls;
    private final Random random;

    FaultyExchanges(XenMachine machine, Random random) {
        this.random = random;
        host = machine.host();
        domain = machine.domain();
        calls = machine.hook(PvMemoryCalls.class).orElseThrow();
    }

    /** One exchange; the domain has as many frames after it as before. */
    void step() {
        int order = random.nextInt(4);
        int chunks = 1 + random.nextInt(3);
        int frames = chunks << order;
        boolean joins = random.nextBoolean();
        long pfn = random.nextLong(0x800 - frames);
        long[] blocks = LongStream.range(0, chunks).map(i -> pfn + (i << order)).toArray();
        long[] singles = LongStream.range(pfn, pfn + frames).toArray();
        long[] in = LongStream.of(joins ? singles : blocks)
                .map(domain::machineFrame)
                .toArray();
        long[] out = joins ? blocks : singles;
        LongStream.of(singles).forEach(at -> calls.updateMapping(at, BusFrames.NO_FRAME));
        ExchangeRequest request = ExchangeRequest.own(joins ? 0 : order, joins ? order : 0, 0);
        GuestList give = GuestList.of(in);
        GuestList take = GuestList.of(out);
        switch (random.nextInt(10)) {
            case 0 -> request = request.with(Argument.UNMAPPED);
            case 1 -> request = request.with(Argument.READ_ONLY);
            case 2 -> give = GuestList.reachingIntoXen(random.nextInt(in.length), in);
            case 3 -> take = GuestList.reachingIntoXen(random.nextInt(out.length), out);
            case 4 -> give.unmapped(random.nextInt(in.length));
            case 5 -> take.unmapped(random.nextInt(out.length));
            case 6 -> take.readOnly(random.nextInt(out.length));
            case 7 -> request = request.with(NodeWish.only(random.nextInt(4)));
            case 8 -> host.exchangePolicy((caller, target) -> false);
            default -> request = request.with(NodeWish.first(random.nextInt(66)));
        }
        long before = owned();
        ExchangeOutcome outcome = Exchange.run(host, domain, request, give, take);
        host.exchangePolicy(ExchangePolicy.DEFAULT);
        assertThat(owned()).as("frames of the domain").isEqualTo(before);
        assertThat(outcome.exchanged()).isBetween(0L, (long) in.length);
        if (request.argument() == Argument.READ_WRITE) {
            assertThat(outcome.error() == 0).isEqualTo(outcome.exchanged() == in.length);
            assertThat(outcome.exchanged() % (joins ? 1L << order : 1))
                    .as("whole chunks")
                    .isZero();
        }
        mapAgain();
    }

    /** Maps every frame where Xen's own table has it. */
    private void mapAgain() {
        for (long mfn = 0; mfn < host.end(); mfn++) {
            long home = host.home(mfn);
            if (host.owner(mfn) == domain && home != BusFrames.NO_FRAME && domain.machineFrame(home) != mfn) {
                assertThat(calls.updateMapping(home, mfn)).isZero();
            }
        }
    }

    /** Gives every frame that Xen had no place for one of the guest frames that have none. */
    void repair() {
        long pfn = 0;
        for (long mfn = 0; mfn < host.end(); mfn++) {
            if (host.owner(mfn) == domain && host.home(mfn) == BusFrames.NO_FRAME) {
                while (domain.machineFrame(pfn) != BusFrames.NO_FRAME) {
                    pfn++;
                }
                long[] out = {pfn};
                assertThat(calls.exchange(new long[] {mfn}, 0, out, 0, 0)).isEqualTo(new ExchangeOutcome(0, 1));
                assertThat(calls.updateMapping(pfn, out[0])).isZero();
            }
        }
        assertThat(pfn).isLessThan(0x800);
    }

    private long owned() {
        return LongStream.range(0, host.end())
                .filter(mfn -> host.owner(mfn) == domain)
                .count();
    }
}
