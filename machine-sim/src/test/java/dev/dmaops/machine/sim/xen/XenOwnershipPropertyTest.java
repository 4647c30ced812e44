package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever order exchange, grant, map, unmap, copy and balloon come in: every machine frame has one owner, and none is lost. */
class XenOwnershipPropertyTest {
    private static final int STEPS = 3000;

    @Test
    void noFrameIsLostOrOwnedTwice() {
        long seed = Long.getLong("dmaops.seed", 20_261_123L);
        System.out.println("XenOwnershipPropertyTest seed " + seed);
        Random random = new Random(seed);
        try (XenMachine machine = Machines.pv(NodeLayout.ONE.from(0x1000, 1))) {
            XenDomain guest = machine.startDomain(1, 2 << 20, 64);
            PvMemoryCalls calls = machine.hook(PvMemoryCalls.class).orElseThrow();
            FaultyExchanges faulty = new FaultyExchanges(machine, random);
            List<ForeignPage> mapped = new ArrayList<>();
            long frames = machine.host().freeFrames();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1 -> create(machine, calls, random);
                    case 2 -> destroy(machine, calls, random);
                    case 3 ->
                        assertThat(guest.grants().offer(0, random.nextLong(512), random.nextBoolean()))
                                .isPositive();
                    case 4 -> {
                        ForeignPage page = machine.foreign().map(1, 8 + random.nextInt(40), random.nextBoolean());
                        if (page.isMapped()) {
                            mapped.add(page);
                        }
                    }
                    case 5 -> {
                        if (!mapped.isEmpty()) {
                            ForeignPage page = mapped.remove(random.nextInt(mapped.size()));
                            assertThat(machine.foreign().unmap(page)).isEqualTo(GrantStatus.OKAY);
                        }
                    }
                    case 7 ->
                        machine.grantCopy(
                                new GrantTable.Side(1, 8 + random.nextInt(40), random.nextInt(2048)),
                                new GrantTable.Side(0, random.nextLong(512), random.nextInt(2048)),
                                random.nextInt(2048));
                    case 8 -> faulty.step();
                    case 6 -> guest.grants().revoke(8 + random.nextInt(40));
                    default -> {
                        XenDomain domain = random.nextBoolean() ? guest : machine.domain();
                        long pfn = random.nextLong(512);
                        if (!domain.balloonOut(pfn)) {
                            domain.balloonIn(pfn);
                        }
                    }
                }
                if (step % 100 == 0) {
                    assertThat(machine.host().audit())
                            .as("seed %d step %d", seed, step)
                            .isEmpty();
                }
            }
            mapped.forEach(machine.foreign()::unmap);
            faulty.repair();
            for (long pfn = 0; pfn < 512; pfn++) {
                guest.balloonIn(pfn);
            }
            for (long pfn = 0; pfn < 0x800; pfn++) {
                machine.domain().balloonIn(pfn);
            }
            assertThat(machine.host().audit()).isEmpty();
            assertThat(machine.host().freeFrames()).as("seed %d", seed).isEqualTo(frames);
        }
    }

    private static void create(XenMachine machine, PvMemoryCalls calls, Random random) {
        int order = random.nextInt(6);
        long pfn = random.nextLong(0x800 >> order) << order;
        List<Long> in = new ArrayList<>();
        for (long i = pfn; i < pfn + (1L << order); i++) {
            long mfn = machine.domain().machineFrame(i);
            if (mfn != BusFrames.NO_FRAME) {
                calls.updateMapping(i, BusFrames.NO_FRAME);
            }
            in.add(mfn);
        }
        long[] out = {pfn};
        ExchangeOutcome outcome = calls.exchange(
                in.stream().mapToLong(Long::longValue).toArray(), 0, out, order, 14 + random.nextInt(14));
        for (int i = 0; i < in.size(); i++) {
            long mfn = outcome.error() == 0 ? out[0] + i : in.get(i);
            if (mfn != BusFrames.NO_FRAME) {
                assertThat(calls.updateMapping(pfn + i, mfn)).isZero();
            }
        }
    }

    private static void destroy(XenMachine machine, PvMemoryCalls calls, Random random) {
        int order = random.nextInt(6);
        long pfn = random.nextLong(0x800 >> order) << order;
        long[] in = {machine.domain().machineFrame(pfn)};
        long[] out = new long[1 << order];
        long[] before = new long[1 << order];
        for (int i = 0; i < out.length; i++) {
            out[i] = pfn + i;
            before[i] = machine.domain().machineFrame(pfn + i);
            calls.updateMapping(pfn + i, BusFrames.NO_FRAME);
        }
        ExchangeOutcome outcome = calls.exchange(in, order, out, 0, 0);
        for (int i = 0; i < out.length; i++) {
            long mfn = outcome.error() == 0 ? out[i] : before[i];
            if (mfn != BusFrames.NO_FRAME) {
                assertThat(calls.updateMapping(pfn + i, mfn)).isZero();
            }
        }
    }
}
