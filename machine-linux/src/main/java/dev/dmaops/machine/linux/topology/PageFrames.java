package dev.dmaops.machine.linux.topology;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whether the kernel shows this process where its pages are: without CAP_SYS_ADMIN every frame reads as 0 (fs/proc/task_mmu.c, 6.12). */
public final class PageFrames {
    private static final int ENTRY = 8;
    private static final int SHIFT = 12;
    private static final long FRAME = (1L << 55) - 1;

    private PageFrames() {}

    /** Looks at one page of this process. */
    public static boolean visible() {
        try (Arena arena = Arena.ofConfined();
                RandomAccessFile file = new RandomAccessFile("/proc/self/pagemap", "r")) {
            MemorySegment page = arena.allocate(ENTRY, ENTRY);
            page.set(ValueLayout.JAVA_LONG, 0, 1);
            byte[] entry = new byte[ENTRY];
            file.seek((page.address() >>> SHIFT) * ENTRY);
            file.readFully(entry);
            return (ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN).getLong() & FRAME) != 0;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
