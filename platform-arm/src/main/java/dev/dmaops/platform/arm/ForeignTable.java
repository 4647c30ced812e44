package dev.dmaops.platform.arm;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.ForeignPages;
import dev.dmaops.spi.FrameValidity;

/**
 * Pages of other domains in an Arm domain whose own memory is mapped 1:1 (arch/arm/xen/p2m.c, 6.12).
 *
 * <p>An entry that begins where another begins is refused; one that begins elsewhere is accepted even when both share frames.
 * Removing a frame removes the whole entry that contains it, and frames without entry are their own bus frames. Nothing leads back
 * from a machine frame to where the kernel sees it.
 *
 * <p><b>Threads.</b> Writers take turns. Readers take no lock: for them every frame's answer is kept apart in a {@link FrameIndex}.
 * While ranges overlap, the answers are computed anew from the tree after each change.
 */
final class ForeignTable implements BusFrames, ForeignPages {
    private static final String INSERT = "xen_add_phys_to_mach_entry";

    private final ForeignTree tree = new ForeignTree();
    private final FrameIndex index = new FrameIndex();
    private final FrameValidity validity;
    private final EventSink events;
    private boolean overlapping;
    private volatile boolean empty = true;

    /**
     * A table without entries.
     *
     * @param events gets the warning of a refused entry
     */
    ForeignTable(FrameValidity validity, EventSink events) {
        this.validity = validity;
        this.events = events;
    }

    @Override
    public long toBus(long pfn) {
        if (empty) {
            return pfn;
        }
        long mfn = index.at(pfn);
        return mfn == NO_FRAME ? pfn : mfn;
    }

    @Override
    public long toGuest(long bfn) {
        return bfn;
    }

    @Override
    public long toLocal(long bfn) {
        return bfn;
    }

    @Override
    public boolean isValid(long pfn) {
        return validity.isValid(pfn);
    }

    @Override
    public synchronized long entries() {
        return tree.size();
    }

    /** The machine frame of an entry, or {@link BusFrames#NO_FRAME} without one (__pfn_to_mfn). */
    long entryAt(long pfn) {
        return index.at(pfn);
    }

    /** Adds an entry, unless one begins at the same frame. */
    @Override
    public synchronized boolean mapped(long pfn, long mfn, long frames) {
        boolean touches = tree.touches(pfn, frames);
        ForeignTree.Entry same = tree.startingAt(pfn);
        if (same != null) {
            events.log(
                    "xen",
                    String.format(
                            "%s: cannot add pfn=0x%x -> mfn=0x%x: pfn=0x%x -> mfn=0x%x already exists",
                            INSERT, pfn, mfn, same.pfn(), same.mfn()));
            return false;
        }
        tree.insert(pfn, mfn, frames);
        overlapping |= touches;
        if (overlapping) {
            answerAll();
        } else {
            for (long i = 0; i < frames; i++) {
                index.set(pfn + i, mfn + i);
            }
        }
        empty = false;
        return true;
    }

    /** Removes the whole entry that a lookup of this frame finds. That there is none does not matter. */
    @Override
    public synchronized boolean unmapped(long pfn) {
        ForeignTree.Entry entry = tree.find(pfn);
        if (entry == null) {
            return true;
        }
        tree.remove(entry);
        for (long i = 0; i < entry.frames(); i++) {
            index.set(entry.pfn() + i, NO_FRAME);
        }
        if (overlapping) {
            answerAll();
            overlapping = tree.hasOverlap();
        }
        empty = tree.size() == 0;
        return true;
    }

    /** The tree's answer for every frame of every entry: with overlaps a change elsewhere can turn a hit into a miss. */
    private void answerAll() {
        for (ForeignTree.Entry entry = tree.first(); entry != null; entry = ForeignTree.next(entry)) {
            for (long i = 0; i < entry.frames(); i++) {
                index.set(entry.pfn() + i, tree.lookup(entry.pfn() + i));
            }
        }
    }
}
