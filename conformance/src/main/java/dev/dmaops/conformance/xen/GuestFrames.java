package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.MachineContiguity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The frames behind the kernel's: as the opened platform has them, and made so as a recording says.
 *
 * <p>Between two rows the recorded kernel went on working, and frames of pages that came back later had been exchanged. Such pages get
 * their recorded frames by exchanges of one page each, through the platform, as any other exchange.
 */
final class GuestFrames {
    private final ReplayPlatform replay;
    private final ReplayedFrames answers;
    private final Optional<BusFrames> frames;
    private final Optional<MachineContiguity> contiguity;
    private final Set<Long> foreign = new HashSet<>();

    GuestFrames(ReplayPlatform replay, ReplayedFrames answers) {
        this.replay = replay;
        this.answers = answers;
        frames = replay.hook(BusFrames.class);
        contiguity = replay.hook(MachineContiguity.class);
    }

    /** What exchanges will be answered with, and what was asked. */
    ReplayedFrames answers() {
        return answers;
    }

    /** The platform's tables; nothing where the kernel's frames are the bus's. */
    Optional<BusFrames> tables() {
        return frames;
    }

    /** The platform's exchange; nothing where a domain cannot exchange memory. */
    Optional<MachineContiguity> contiguity() {
        return contiguity;
    }

    /** Makes the frames of pages what a recording says they were. */
    void become(List<FrameRun> runs) {
        contiguity.ifPresent(exchange -> runs.forEach(run -> {
            for (long i = 0; i < run.length(); i++) {
                long mfn = run.bfn() + i;
                if (replay.busFrame(run.pfn() + i) != mfn && isOwn(run.pfn() + i)) {
                    answers.exchangeYields(mfn);
                    exchange.create((run.pfn() + i) << BusFrames.SHIFT, 0, 0);
                }
            }
        }));
        answers.takeAsked();
    }

    /** Whether there is memory of the domain itself behind a frame, which it can exchange. */
    private boolean isOwn(long pfn) {
        return replay.busFrame(pfn) != BusFrames.NO_FRAME && !foreign.contains(pfn);
    }

    /** Another domain's page appears behind a frame. */
    void foreignMapped(long pfn, long mfn) {
        if (answers.foreignMapped(pfn, mfn)) {
            foreign.add(pfn);
        }
    }

    /** Another domain's page goes. */
    void foreignUnmapped(long pfn) {
        answers.foreignUnmapped(pfn);
        foreign.remove(pfn);
    }

    /** Whether another domain's page is behind a frame. */
    boolean isForeign(long pfn) {
        return foreign.contains(pfn);
    }

    /** The address that devices use for a physical one. */
    long bus(long physical) {
        return (replay.busFrame(physical >>> BusFrames.SHIFT) << BusFrames.SHIFT) | (physical & (BusFrames.BYTES - 1));
    }

    /** Whether a range is not contiguous for devices. */
    boolean straddles(long physical, long bytes) {
        return frames.map(tables -> tables.straddles(physical, bytes)).orElse(false);
    }

    /** The frames of pages, as recordings write them. */
    List<Object> runs(long pfn, long count) {
        List<Object> runs = new ArrayList<>();
        long first = pfn;
        for (long next = pfn + 1; next <= pfn + count; next++) {
            if (next == pfn + count || replay.busFrame(next) != replay.busFrame(first) + (next - first)) {
                runs.add(new FrameRun(first, replay.busFrame(first), next - first).value());
                first = next;
            }
        }
        return runs;
    }

    /** The frames of every page that a buffer touches. */
    List<Object> runsOf(long physical, long bytes) {
        long first = physical >>> BusFrames.SHIFT;
        return runs(first, ((physical + bytes - 1) >>> BusFrames.SHIFT) - first + 1);
    }
}
