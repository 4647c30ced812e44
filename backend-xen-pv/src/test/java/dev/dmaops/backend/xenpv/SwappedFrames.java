package dev.dmaops.backend.xenpv;

import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ContiguityResult;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.NoContiguousRegion;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Frames of a PV domain: blocks of 64 MiB have changed places in pairs, so that the reach of devices stays what it is without a
 * hypervisor, and 16 MiB below 1 GiB are the hypervisor's, to be had in exchange.
 */
final class SwappedFrames implements BusFrames, MachineContiguity {
    private static final long SWAPPED = (64L << 20) >> SHIFT;
    private static final int SPARE = (16 << 20) >> SHIFT;

    private final SimMachine machine;
    private final long firstSpare;
    private final BitSet taken = new BitSet(SPARE);
    private final Map<Long, Long> exchanged = new HashMap<>();
    private final Map<Long, Long> owners = new HashMap<>();

    SwappedFrames(SimMachine machine) {
        this.machine = machine;
        this.firstSpare = (machine.pages().reserveAtBoot((long) SPARE << SHIFT, (1L << 30) - 1) >>> SHIFT) ^ SWAPPED;
    }

    @Override
    public long toBus(long pfn) {
        return exchanged.getOrDefault(pfn, pfn ^ SWAPPED);
    }

    @Override
    public long toGuest(long bfn) {
        return owners.getOrDefault(bfn, bfn ^ SWAPPED);
    }

    @Override
    public long toLocal(long bfn) {
        long pfn = toGuest(bfn);
        return isValid(pfn) && toBus(pfn) == bfn ? pfn : NO_FRAME;
    }

    @Override
    public boolean isValid(long pfn) {
        return machine.memory().isRam(pfn << SHIFT, BYTES);
    }

    @Override
    public ContiguityResult create(long physical, int order, int addressBits) {
        int frames = 1 << order;
        for (int start = 0; start + frames <= SPARE; start += frames) {
            int next = taken.nextSetBit(start);
            if ((next < 0 || next >= start + frames)
                    && (firstSpare + start + frames) << SHIFT <= 1L << Math.min(addressBits, 62)) {
                taken.set(start, start + frames);
                for (long i = 0; i < frames; i++) {
                    exchanged.put((physical >>> SHIFT) + i, firstSpare + start + i);
                    owners.put(firstSpare + start + i, (physical >>> SHIFT) + i);
                }
                return new ContiguousRegion((firstSpare + start) << SHIFT);
            }
        }
        return new NoContiguousRegion(order, addressBits, NoContiguousRegion.Cause.NO_BLOCK);
    }

    @Override
    public void destroy(long physical, int order) {
        for (long pfn = physical >>> SHIFT; pfn < (physical >>> SHIFT) + (1L << order); pfn++) {
            Long mfn = exchanged.remove(pfn);
            if (mfn == null) {
                throw new AssertionError("frame " + pfn + " was not exchanged");
            }
            owners.remove(mfn);
            taken.clear((int) (mfn - firstSpare));
        }
    }
}
