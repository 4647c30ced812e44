package dev.dmaops.machine.sim.xen;

import java.util.BitSet;

/**
 * A list of frames in a guest's memory, as Xen reaches it through the handle that the guest passed.
 *
 * <p>A guest may pass any address. One that is Xen's own is refused before anything is done; one that the guest does not map, or not
 * for writing, is only found when the entry there is copied (guest_handle_subrange_okay and copy_from_guest, 4.17).
 */
final class GuestList {
    private final long[] entries;
    private final int end;
    private final BitSet unreadable = new BitSet();
    private final BitSet unwritable = new BitSet();

    private GuestList(long[] entries, int end) {
        this.entries = entries;
        this.end = end;
    }

    /** A list that can be read and written; Xen's answers go into the array. */
    static GuestList of(long... entries) {
        return new GuestList(entries, entries.length);
    }

    /** One whose entries from a place on lie at addresses that are Xen's own. */
    static GuestList reachingIntoXen(int from, long... entries) {
        return new GuestList(entries, from);
    }

    /** An entry that is mapped nowhere. */
    GuestList unmapped(int entry) {
        unreadable.set(entry);
        unwritable.set(entry);
        return this;
    }

    /** An entry that the guest may only read. */
    GuestList readOnly(int entry) {
        unwritable.set(entry);
        return this;
    }

    int length() {
        return entries.length;
    }

    /** Whether every entry is at an address of the guest. */
    boolean isTheGuests() {
        return entries.length <= end;
    }

    boolean canRead(int entry) {
        return !unreadable.get(entry);
    }

    long at(int entry) {
        return entries[entry];
    }

    /** Writes an entry; false when it cannot be written, and then it is as it was. */
    boolean put(int entry, long value) {
        if (unwritable.get(entry)) {
            return false;
        }
        entries[entry] = value;
        return true;
    }
}
