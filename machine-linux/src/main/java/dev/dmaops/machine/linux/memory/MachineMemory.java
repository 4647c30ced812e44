package dev.dmaops.machine.linux.memory;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.machine.linux.topology.HostFiles;
import java.util.ArrayList;
import java.util.List;

/** Gathers the memory of a machine from what the host has set aside. */
public final class MachineMemory {
    private static final long HUGE = 2L << 20;
    private static final String HUGE_FOLDER = "/sys/kernel/mm/hugepages/hugepages-2048kB";

    /** Where numbers of our own start: low, so that a bounce pool finds its place below 4 GiB, and not at 0, which is no address. */
    private static final long OWN_NUMBERS = 16L << 20;

    /** Ordinary memory that is taken when there are no huge pages, behind an IOMMU only. */
    private static final long ORDINARY = 64L << 20;

    private MachineMemory() {}

    /**
     * Memory for devices that use physical addresses: all huge pages of 2 MiB that are free, at most the wish, and all memory set
     * aside as {@code /dev/dax}.
     *
     * @param wish most bytes of huge pages
     * @throws DmaHostException {@link DmaErrorCode#HOST_NO_MEMORY} when there is none, {@link DmaErrorCode#HOST_PAGEMAP_HIDDEN} when
     *     addresses are hidden from this process
     */
    public static PinnedMemory physical(HostFiles files, long wish) {
        List<Piece> pieces = new ArrayList<>();
        List<Integer> huge = new ArrayList<>();
        try (Pagemap pagemap = new Pagemap()) {
            long pages = Math.min(wish / HUGE, freeHugePages(files));
            if (pages > 0) {
                huge.add(HugePageMemory.file(HUGE, pages));
                pieces.addAll(HugePageMemory.locate(huge.getFirst(), HUGE, pages, pagemap));
            }
            pieces.addAll(DaxMemory.open(files, pagemap));
            if (pieces.isEmpty()) {
                throw none();
            }
            return PinnedMemory.at(pieces, huge);
        } catch (RuntimeException e) {
            huge.forEach(SystemCalls::close);
            throw e;
        } finally {
            // What is mapped stays. The file of huge pages stays open, for whoever must keep them when this process
            // dies.
            pieces.stream()
                    .map(Piece::descriptor)
                    .filter(descriptor -> !huge.contains(descriptor))
                    .distinct()
                    .forEach(SystemCalls::close);
        }
    }

    /**
     * Memory for devices that all stand behind an IOMMU: numbers of our own instead of addresses, which need no privilege. Huge
     * pages when there are any, else ordinary pages, which VFIO pins while they are mapped.
     *
     * @param wish most bytes
     */
    public static PinnedMemory translated(HostFiles files, long wish) {
        long pages = Math.min(wish / HUGE, freeHugePages(files));
        if (pages == 0) {
            return PinnedMemory.numbered(OWN_NUMBERS, Math.min(wish, ORDINARY) / HUGE * HUGE, -1);
        }
        int file = HugePageMemory.file(HUGE, pages);
        try {
            return PinnedMemory.numbered(OWN_NUMBERS, pages * HUGE, file);
        } finally {
            SystemCalls.close(file);
        }
    }

    private static long freeHugePages(HostFiles files) {
        return files.number(HUGE_FOLDER + "/free_hugepages").orElse(0)
                - files.number(HUGE_FOLDER + "/resv_hugepages").orElse(0);
    }

    private static DmaHostException none() {
        return new DmaHostException(
                DmaErrorCode.HOST_NO_MEMORY,
                0,
                "machine memory: expected free huge pages of 2 MiB or memory set aside as /dev/dax, found none. Set some aside:"
                        + " echo 64 > " + HUGE_FOLDER + "/nr_hugepages.");
    }
}
