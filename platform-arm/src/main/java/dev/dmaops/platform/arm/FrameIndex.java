package dev.dmaops.platform.arm;

import dev.dmaops.spi.BusFrames;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * From frame to frame, for readers who may not wait: an open-addressed table of pages of 512 frames.
 *
 * <p>One thread writes at a time. Readers take no lock, allocate nothing, and see each entry as it was before or after a write.
 */
final class FrameIndex {
    private static final int PAGE_SHIFT = 9;
    private static final int PAGE_FRAMES = 1 << PAGE_SHIFT;
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
    private static final VarHandle FRAME = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Page[].class);

    private volatile Page[] table = new Page[8];
    private int pages;

    private static final class Page {
        final long key;
        final long[] frames = new long[PAGE_FRAMES];
        int used;

        Page(long key) {
            this.key = key;
            java.util.Arrays.fill(frames, BusFrames.NO_FRAME);
        }
    }

    /** What {@link #set} put there last, or {@link BusFrames#NO_FRAME}. */
    long at(long frame) {
        Page page = page(table, frame >>> PAGE_SHIFT);
        return page == null
                ? BusFrames.NO_FRAME
                : (long) FRAME.getAcquire(page.frames, (int) frame & (PAGE_FRAMES - 1));
    }

    /** Puts a frame, or {@link BusFrames#NO_FRAME} to forget it. */
    void set(long frame, long value) {
        Page page = page(table, frame >>> PAGE_SHIFT);
        if (page == null) {
            if (value == BusFrames.NO_FRAME) {
                return;
            }
            page = add(frame >>> PAGE_SHIFT);
        }
        int at = (int) frame & (PAGE_FRAMES - 1);
        page.used += (value == BusFrames.NO_FRAME ? 0 : 1) - (page.frames[at] == BusFrames.NO_FRAME ? 0 : 1);
        FRAME.setRelease(page.frames, at, value);
    }

    private static @Nullable Page page(Page[] table, long key) {
        int mask = table.length - 1;
        for (int at = home(key, table.length); ; at = (at + 1) & mask) {
            Page page = (Page) PAGE.getAcquire(table, at);
            if (page == null || page.key == key) {
                return page;
            }
        }
    }

    private Page add(long key) {
        if (2 * (pages + 1) > table.length) {
            rebuild();
        }
        Page page = new Page(key);
        put(table, page);
        pages++;
        return page;
    }

    /** Leaves pages without an entry behind, and makes room for twice the rest. */
    private void rebuild() {
        Page[] old = table;
        int kept = 0;
        for (Page page : old) {
            kept += page != null && page.used > 0 ? 1 : 0;
        }
        Page[] fresh = new Page[Math.max(8, Integer.highestOneBit(kept + 1) << 2)];
        for (Page page : old) {
            if (page != null && page.used > 0) {
                put(fresh, page);
            }
        }
        pages = kept;
        table = fresh;
    }

    private static void put(Page[] table, Page page) {
        int at = home(page.key, table.length);
        while (table[at] != null) {
            at = (at + 1) & (table.length - 1);
        }
        PAGE.setRelease(table, at, page);
    }

    private static int home(long key, int length) {
        return (int) ((key * SPREAD) >>> 32) & (length - 1);
    }
}
