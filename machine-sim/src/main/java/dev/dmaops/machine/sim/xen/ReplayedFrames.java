package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.MachineAddresses;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.ForeignPageSource;
import dev.dmaops.spi.ForeignPages;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A hypervisor whose answers are written down beforehand: which machine frame is behind each frame at start, which frames every
 * exchange yields, which foreign pages come and go.
 *
 * <p>In a recording of a real system these are inputs. Whoever replays it scripts them here, in the order of the recording, puts {@link
 * #on} in the place of the machine, and lets the platform's own code, above the calls, do the rest. An exchange that nobody scripted
 * is a usage error, never a made-up frame. Any thread may call; calls take turns.
 */
public final class ReplayedFrames implements PvMemoryCalls, ForeignPageSource, FrameValidity, MachineAddresses {
    private final SparseLongs boot = new SparseLongs();
    private final SparseLongs guestOf = new SparseLongs();
    private final List<MemoryRange> valid = new ArrayList<>();
    private final ArrayDeque<Answer> exchanges = new ArrayDeque<>();
    private final List<Asked> asked = new ArrayList<>();
    private final Map<Long, Long> foreign = new HashMap<>();
    private long frames;
    private boolean cacheFlush;
    private boolean cacheless;
    private @Nullable ForeignPages follower;

    private record Answer(int error, List<Long> frames) {}

    /**
     * An exchange that was asked for.
     *
     * @param given first machine frames of the blocks given up
     * @param givenOrder their order
     * @param guest first guest frame at which new blocks were to appear
     * @param order the order of the new blocks
     * @param addressBits the width asked for; 0 for none
     * @param error Xen's error, negative; 0 when it was done
     */
    public record Asked(List<Long> given, int givenOrder, long guest, int order, int addressBits, int error) {
        /** Copies the list. */
        public Asked {
            given = List.copyOf(given);
        }
    }

    /** Nothing behind any frame yet. */
    public ReplayedFrames() {}

    // The script

    /**
     * RAM at start: one row of a recorded list of runs.
     *
     * @param pfn first frame of the domain
     * @param mfn first machine frame
     * @param length frames, one after the other in both
     */
    public synchronized void ram(long pfn, long mfn, long length) {
        for (long i = 0; i < length; i++) {
            boot.set(pfn + i, mfn + i);
            guestOf.set(mfn + i, pfn + i);
        }
        frames = Math.max(frames, pfn + length);
        valid(pfn, length);
    }

    /** Frames that stand for themselves at start: holes and registers. */
    public synchronized void identity(long pfn, long length) {
        for (long i = 0; i < length; i++) {
            boot.set(pfn + i, (pfn + i) | IDENTITY);
        }
        frames = Math.max(frames, pfn + length);
    }

    /** Frames with a page but nothing behind, such as places for foreign pages: {@link FrameValidity} says yes. */
    public synchronized void valid(long pfn, long length) {
        valid.add(new MemoryRange(pfn, length));
    }

    /** How many frames the list at start has, when it has more than were given: the others have nothing behind. */
    public synchronized void listLength(long count) {
        frames = Math.max(frames, count);
    }

    /**
     * Appends what the next exchange yields.
     *
     * @param machineFrames first frame of each new block, in order
     */
    public synchronized void exchangeYields(long... machineFrames) {
        exchanges.add(new Answer(0, LongStream.of(machineFrames).boxed().toList()));
    }

    /**
     * Appends that the next exchange is refused.
     *
     * @param error Xen's error, negative: -12 when there is no such block
     */
    public synchronized void exchangeFails(int error) {
        exchanges.add(new Answer(error, List.of()));
    }

    /** Drops what was scripted and not asked for. */
    public synchronized void forgetExchanges() {
        exchanges.clear();
    }

    /** What was asked for since the last call, in order. */
    public synchronized List<Asked> takeAsked() {
        List<Asked> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }

    /** Says that Xen has the call that maintains caches of other domains' pages. */
    public synchronized void offerCacheFlush() {
        cacheFlush = true;
    }

    /**
     * Says that the machine was emulated without caches: a kernel maintains them in vain, and every device finds what the CPU wrote,
     * as long as it is plugged in as one that snoops.
     */
    public synchronized void withoutCaches() {
        cacheless = true;
    }

    /** Exchanges that were scripted and that nobody has asked for. */
    public synchronized int unusedExchanges() {
        return exchanges.size();
    }

    /**
     * Another domain's page appears.
     *
     * @return whether the platform could keep it
     */
    public synchronized boolean foreignMapped(long pfn, long mfn) {
        boolean kept = follower == null || follower.mapped(pfn, mfn, 1);
        if (kept) {
            foreign.put(mfn, pfn);
        }
        return kept;
    }

    /** Another domain's page goes. */
    public synchronized boolean foreignUnmapped(long pfn) {
        foreign.values().remove(pfn);
        return follower == null || follower.unmapped(pfn);
    }

    // The calls

    @Override
    public synchronized void follow(ForeignPages pages) {
        follower = pages;
        foreign.forEach((mfn, pfn) -> pages.mapped(pfn, mfn, 1));
    }

    @Override
    public synchronized boolean isValid(long pfn) {
        for (MemoryRange range : valid) {
            if (pfn >= range.start() && pfn <= range.last()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized long frames() {
        return frames;
    }

    @Override
    public synchronized long bootEntry(long pfn) {
        return boot.at(pfn);
    }

    @Override
    public synchronized long guestFrame(long mfn) {
        return guestOf.at(mfn);
    }

    @Override
    public synchronized int updateMapping(long pfn, long mfn) {
        if (mfn != BusFrames.NO_FRAME) {
            guestOf.set(mfn, pfn);
        }
        return 0;
    }

    @Override
    public synchronized ExchangeOutcome exchange(long[] in, int inOrder, long[] out, int outOrder, int addressBits) {
        Answer answer = exchanges.poll();
        if (answer == null || (answer.error == 0 && answer.frames.size() != out.length)) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "replayed frames: cannot exchange " + in.length + " blocks of order " + inOrder + " for "
                            + out.length
                            + " of order " + outOrder + " below 2^" + addressBits + ": the script has "
                            + (answer == null ? "no more answers" : answer.frames.size() + " frames for it")
                            + ". Script one answer for each exchange.");
        }
        asked.add(new Asked(LongStream.of(in).boxed().toList(), inOrder, out[0], outOrder, addressBits, answer.error));
        if (answer.error != 0) {
            return new ExchangeOutcome(answer.error, 0);
        }
        long guests = (long) in.length << inOrder;
        for (long block : in) {
            for (long i = 0; i < 1L << inOrder; i++) {
                forget(block + i, out[0], guests);
            }
        }
        Arrays.setAll(out, answer.frames::get);
        return new ExchangeOutcome(0, in.length);
    }

    /** Takes a frame from the guest frames that gave it up; the script may have given it to another one since. */
    private void forget(long mfn, long firstGuest, long guests) {
        long guest = guestOf.at(mfn);
        if (guest >= firstGuest && guest < firstGuest + guests) {
            guestOf.set(mfn, BusFrames.NO_FRAME);
        }
    }

    /** Devices find bytes where the domain's own frames, or its places for foreign pages, have them. */
    @Override
    public synchronized long toMemory(String device, long address, Access access) {
        long mfn = address >>> BusFrames.SHIFT;
        long pfn = foreign.getOrDefault(mfn, guestOf.at(mfn));
        return pfn == BusFrames.NO_FRAME
                ? MachineAddresses.fault(Reason.FRAME_OF_NOBODY)
                : (pfn << BusFrames.SHIFT) | (address & (BusFrames.BYTES - 1));
    }

    /** The machine with these answers in front of its own hooks. Closing it closes the machine. */
    public Machine on(Machine machine) {
        List<Object> caches = new ArrayList<>();
        machine.hook(CacheMaintenance.class).ifPresent(found -> {
            CacheMaintenance all = cacheless ? new NothingCached(found.lineBytes()) : found;
            caches.add(all);
            if (cacheFlush) {
                caches.add(new ReplayedCacheCalls(this, all));
            }
        });
        return new Replayed(machine, this, caches);
    }

    private record Replayed(Machine machine, ReplayedFrames answers, List<Object> caches) implements Machine {
        Replayed {
            caches = List.copyOf(caches);
        }

        @Override
        public PhysicalMemory memory() {
            return machine.memory();
        }

        @Override
        public PageAllocator pages() {
            return machine.pages();
        }

        @Override
        public Cpus cpus() {
            return machine.cpus();
        }

        @Override
        public <H> Optional<H> hook(Class<H> type) {
            for (Object part : caches) {
                if (type.isInstance(part)) {
                    return Optional.of(type.cast(part));
                }
            }
            return type.isInstance(answers) ? Optional.of(type.cast(answers)) : machine.hook(type);
        }

        @Override
        public void close() {
            machine.close();
        }
    }
}
