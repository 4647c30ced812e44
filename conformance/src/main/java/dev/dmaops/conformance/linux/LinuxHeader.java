package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the first line of a recording says of the machine.
 *
 * @param kernel the kernel's release
 * @param commandLine its command line as booted
 * @param pageBytes page size in bytes
 * @param cpus processors there can ever be
 * @param onlineCpus processors that ran
 * @param ram System RAM, ascending
 * @param busWindows windows of the PCI host bridge in the physical address space
 * @param iommu its IOMMU; empty without one
 * @param pool where the pool is; empty when there is none
 * @param rows rows that follow; -1 when it is not said
 */
record LinuxHeader(
        KernelVersion kernel,
        String commandLine,
        long pageBytes,
        int cpus,
        int onlineCpus,
        List<MemoryRange> ram,
        List<MemoryRange> busWindows,
        Optional<LinuxIommu> iommu,
        Optional<MemoryRange> pool,
        long rows) {
    private static final Pattern IOMEM_LINE = Pattern.compile("( *)([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*)");

    /**
     * Reads the line.
     *
     * @throws dev.dmaops.api.DmaConfigurationException for whatever is missing or cannot be
     */
    static LinuxHeader of(Row row) {
        String kernel = row.text("kernel");
        KernelVersion version = KernelVersion.parse(kernel)
                .orElseThrow(() -> row.unusable("kernel", "a Linux release such as 6.12.117+deb12-amd64"));
        long page = row.number("page_size", 4096);
        List<MemoryRange> ram = wholePages(iomem(row, "System RAM"), page);
        if (ram.isEmpty()) {
            throw row.unusable("iomem", "at least one line \"System RAM\"");
        }
        return new LinuxHeader(
                version,
                row.text("cmdline"),
                page,
                row.count("possible_cpus"),
                row.count("online_cpus"),
                ram,
                iomem(row, "PCI Bus "),
                LinuxIommu.of(row),
                pool(row),
                row.number("rows", -1));
    }

    private static Optional<MemoryRange> pool(Row row) {
        if (row.number("nslabs") == 0) {
            return Optional.empty();
        }
        long start = row.address("pool_start");
        long end = row.address("pool_end");
        if (Long.compareUnsigned(end, start) <= 0) {
            throw row.unusable("pool_end", "an address above pool_start");
        }
        return Optional.of(new MemoryRange(start, end - start));
    }

    private static List<MemoryRange> iomem(Row row, String name) {
        List<MemoryRange> ranges = new ArrayList<>();
        for (Object item : row.list("iomem")) {
            Matcher line = IOMEM_LINE.matcher(String.valueOf(item));
            if (!line.matches()) {
                throw row.unusable("iomem", "lines of /proc/iomem such as 00100000-3ffdffff : System RAM");
            }
            if (line.group(1).isEmpty() && line.group(4).startsWith(name)) {
                ranges.add(range(row, "iomem", line.group(2), line.group(3)));
            }
        }
        return ranges;
    }

    /** Starts rounded up and ends down, as the kernel counts its pages. */
    private static List<MemoryRange> wholePages(List<MemoryRange> ranges, long page) {
        return ranges.stream()
                .map(range -> {
                    long start = (range.start() + page - 1) & -page;
                    return new MemoryRange(start, ((range.last() + 1) & -page) - start);
                })
                .filter(range -> range.bytes() > 0)
                .toList();
    }

    private static MemoryRange range(Row row, String field, String first, String last) {
        long start = Long.parseUnsignedLong(first, 16);
        long end = Long.parseUnsignedLong(last, 16);
        if (Long.compareUnsigned(end, start) < 0) {
            throw row.unusable(field, "ranges whose end is not below their start");
        }
        return new MemoryRange(start, end - start + 1);
    }
}
