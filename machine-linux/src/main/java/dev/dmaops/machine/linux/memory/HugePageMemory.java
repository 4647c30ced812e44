package dev.dmaops.machine.linux.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Huge pages in a file without a name. */
final class HugePageMemory {
    private static final String CURE =
            "Set huge pages aside: echo 64 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages.";

    private HugePageMemory() {}

    /**
     * A file of huge pages; the descriptor is the caller's.
     *
     * @param pageBytes size of a page
     * @param pages how many
     */
    static int file(long pageBytes, long pages) {
        return HostCall.require(
                SystemCalls.hugePageFile(pageBytes, pageBytes * pages),
                "machine memory",
                "memfd_create of " + pages + " huge pages",
                CURE);
    }

    /** Where each page of the file is. */
    static List<Piece> locate(int descriptor, long pageBytes, long pages, Pagemap pagemap) {
        long bytes = pageBytes * pages;
        long at = HostCall.require(
                SystemCalls.mmap(
                        0,
                        bytes,
                        SystemCalls.PROT_READ_WRITE,
                        SystemCalls.MAP_SHARED | SystemCalls.MAP_POPULATE,
                        descriptor,
                        0),
                "machine memory",
                "mmap of " + pages + " huge pages",
                CURE);
        try {
            List<Piece> pieces = new ArrayList<>();
            for (long done = 0; done < bytes; done += pageBytes) {
                touch(at + done);
                pieces.add(new Piece(pagemap.physical(at + done), pageBytes, descriptor, done));
            }
            return pieces;
        } finally {
            SystemCalls.munmap(at, bytes);
        }
    }

    /** Makes sure that a page is there. */
    @SuppressWarnings("restricted") // a byte of memory that this package mapped
    static void touch(long address) {
        MemorySegment page = MemorySegment.ofAddress(address).reinterpret(1);
        page.set(JAVA_BYTE, 0, page.get(JAVA_BYTE, 0));
    }
}
