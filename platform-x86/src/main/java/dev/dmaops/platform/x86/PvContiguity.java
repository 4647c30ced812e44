package dev.dmaops.platform.x86;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ContiguityResult;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.NoContiguousRegion;
import dev.dmaops.spi.NoContiguousRegion.Cause;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.PvMemoryCalls;

/**
 * Contiguous machine memory by exchange (arch/x86/xen/mmu_pv.c, 6.12).
 *
 * <p>The block is zeroed, its frames are taken out of the kernel's tables, since Xen takes no frame that is mapped, then exchanged,
 * and the new ones, or after a failure the old ones, put back.
 *
 * <p>How many frames one exchange can list is limited: 512 where the list is a fixed array, as much as anyone asked for before in
 * kernels whose list grows (from 6.1.129, 6.6.79, 6.12.16, 6.13.4 and 6.14 on). The list is not taken from the machine's pages here,
 * so growing it never fails.
 */
final class PvContiguity implements MachineContiguity {
    /** 2^9 frames: 2 MiB. */
    private static final int FIXED_ORDER = 9;

    private static final int LARGEST_ORDER = 18;

    private final PvMemoryCalls calls;
    private final PvFrames frames;
    private final PhysicalMemory memory;
    private final boolean grows;
    private int listed = FIXED_ORDER;

    PvContiguity(PvMemoryCalls calls, PvFrames frames, PhysicalMemory memory, KernelVersion kernel) {
        this.calls = calls;
        this.frames = frames;
        this.memory = memory;
        grows = listGrows(kernel);
    }

    private static boolean listGrows(KernelVersion kernel) {
        if (kernel.major() != 6) {
            return kernel.major() > 6;
        }
        return switch (kernel.minor()) {
            case 1 -> kernel.patch() >= 129;
            case 6 -> kernel.patch() >= 79;
            case 12 -> kernel.patch() >= 16;
            case 13 -> kernel.patch() >= 4;
            default -> kernel.minor() >= 14;
        };
    }

    @Override
    public synchronized ContiguityResult create(long physical, int order, int addressBits) {
        if (order > listed) {
            if (!grows || order > LARGEST_ORDER) {
                return new NoContiguousRegion(order, addressBits, Cause.TOO_LARGE);
            }
            listed = order;
        }
        memory.zero(physical, BusFrames.BYTES << order);
        long first = physical >>> BusFrames.SHIFT;
        long[] old = takeOut(first, order);
        long[] fresh = {first};
        ExchangeOutcome outcome = calls.exchange(old, 0, fresh, order, addressBits);
        if (outcome.exchanged() != old.length) {
            require(outcome.exchanged() == 0 && outcome.error() != 0, outcome);
            for (int i = 0; i < old.length; i++) {
                putBack(first + i, old[i]);
            }
            return new NoContiguousRegion(order, addressBits, Cause.NO_BLOCK);
        }
        require(outcome.error() == 0, outcome);
        for (int i = 0; i < old.length; i++) {
            putBack(first + i, fresh[0] + i);
        }
        return new ContiguousRegion(fresh[0] << BusFrames.SHIFT);
    }

    @Override
    public synchronized void destroy(long physical, int order) {
        if (order > listed) {
            return;
        }
        memory.zero(physical, BusFrames.BYTES << order);
        long first = physical >>> BusFrames.SHIFT;
        long[] block = {frames.toBus(first)};
        takeOut(first, order);
        long[] single = new long[1 << order];
        for (int i = 0; i < single.length; i++) {
            single[i] = first + i;
        }
        ExchangeOutcome outcome = calls.exchange(block, order, single, 0, 0);
        boolean done = outcome.exchanged() == 1;
        require(done == (outcome.error() == 0), outcome);
        for (int i = 0; i < single.length; i++) {
            putBack(first + i, done ? single[i] : block[0] + i);
        }
    }

    private long[] takeOut(long first, int order) {
        long[] old = new long[1 << order];
        for (int i = 0; i < old.length; i++) {
            old[i] = frames.toBus(first + i);
            calls.updateMapping(first + i, BusFrames.NO_FRAME);
            frames.set(first + i, BusFrames.NO_FRAME);
        }
        return old;
    }

    private void putBack(long pfn, long mfn) {
        int error = calls.updateMapping(pfn, mfn);
        if (error != 0) {
            throw new IllegalStateException(String.format(
                    "xen: cannot put mfn=0x%x behind pfn=0x%x after an exchange: error %d", mfn, pfn, error));
        }
        frames.set(pfn, mfn);
    }

    /** One chunk is exchanged wholly or not at all, and Xen says which: anything else is a broken hypervisor. */
    private static void require(boolean consistent, ExchangeOutcome outcome) {
        if (!consistent) {
            throw new IllegalStateException("xen: an exchange of one chunk ended halfway: " + outcome);
        }
    }
}
