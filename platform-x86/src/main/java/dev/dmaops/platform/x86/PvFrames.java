package dev.dmaops.platform.x86;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.ForeignPages;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.PvMemoryCalls;

/**
 * A PV kernel's own list of machine frames, and Xen's table of the way back (arch/x86/xen/p2m.c and arch/x86/include/asm/xen/page.h,
 * 6.12).
 *
 * <p>An entry is a machine frame, {@link BusFrames#NO_FRAME}, another domain's frame with {@link PvMemoryCalls#FOREIGN}, or the
 * frame's own number with {@link PvMemoryCalls#IDENTITY}. What Xen's table says is believed only when the list agrees exactly, so a
 * foreign frame never leads back.
 *
 * <p>Writers take turns; readers take no lock and do not allocate.
 */
final class PvFrames implements BusFrames, ForeignPages {
    private static final long FLAGS = PvMemoryCalls.FOREIGN | PvMemoryCalls.IDENTITY;

    private final PvMemoryCalls calls;
    private final FrameValidity validity;
    private final EventSink events;
    private final P2mTable entries = new P2mTable();
    private long foreign;

    /** The list as Xen gave it at start. */
    PvFrames(PvMemoryCalls calls, FrameValidity validity, EventSink events) {
        this.calls = calls;
        this.validity = validity;
        this.events = events;
        for (long pfn = 0; pfn < calls.frames(); pfn++) {
            entries.set(pfn, calls.bootEntry(pfn));
        }
    }

    /** The entry with its flags: beyond the list none for places of foreign pages, and the frame's own number elsewhere. */
    long entry(long pfn) {
        long entry = entries.at(pfn);
        if (entry != P2mTable.ABSENT) {
            return entry;
        }
        return validity.isValid(pfn) ? NO_FRAME : pfn | PvMemoryCalls.IDENTITY;
    }

    synchronized void set(long pfn, long entry) {
        entries.set(pfn, entry);
    }

    @Override
    public long toBus(long pfn) {
        long entry = entry(pfn);
        return entry == NO_FRAME ? NO_FRAME : entry & ~FLAGS;
    }

    @Override
    public long toGuest(long bfn) {
        long pfn = calls.guestFrame(bfn);
        if (pfn != NO_FRAME && entry(pfn) == bfn) {
            return pfn;
        }
        return entry(bfn) == (bfn | PvMemoryCalls.IDENTITY) ? bfn : NO_FRAME;
    }

    @Override
    public long toLocal(long bfn) {
        long pfn = calls.guestFrame(bfn);
        return pfn != NO_FRAME && entry(pfn) == bfn ? pfn : NO_FRAME;
    }

    @Override
    public boolean isValid(long pfn) {
        return validity.isValid(pfn);
    }

    @Override
    public synchronized boolean mapped(long pfn, long mfn, long frames) {
        for (long i = 0; i < frames; i++) {
            if (entry(pfn + i) != NO_FRAME) {
                events.log(
                        "xen",
                        String.format(
                                "page must be ballooned: pfn=0x%x has mfn=0x%x and gets the foreign mfn=0x%x",
                                pfn + i, toBus(pfn + i), mfn + i));
            }
            entries.set(pfn + i, (mfn + i) | PvMemoryCalls.FOREIGN);
            foreign++;
        }
        return true;
    }

    @Override
    public synchronized boolean unmapped(long pfn) {
        long entry = entry(pfn);
        if (entry == NO_FRAME || (entry & PvMemoryCalls.FOREIGN) == 0) {
            return false;
        }
        entries.set(pfn, NO_FRAME);
        foreign--;
        return true;
    }

    @Override
    public synchronized long entries() {
        return foreign;
    }
}
