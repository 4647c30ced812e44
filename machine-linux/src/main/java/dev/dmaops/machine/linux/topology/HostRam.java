package dev.dmaops.machine.linux.topology;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a host's RAM is: {@code /proc/iomem} when this user may see addresses there, else the firmware's memory map, else only how
 * much there is.
 */
final class HostRam {
    private static final Pattern IOMEM = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) : System RAM");
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d{1,12}) kB");
    private static final String FIRMWARE_MAP = "/sys/firmware/memmap";
    private static final long PC_HOLE = 3L << 30;
    private static final long FOUR_GIB = 1L << 32;
    private static final long PAGE = 4096;

    private HostRam() {}

    static Sourced<List<MemoryRange>> read(HostFiles files, Architecture architecture) {
        return iomem(files)
                .or(() -> firmwareMap(files))
                .orElseGet(() -> new Sourced<>(total(files, architecture), "/proc/meminfo MemTotal"));
    }

    /** A user without CAP_SYS_ADMIN reads zeros instead of addresses. */
    private static Optional<Sourced<List<MemoryRange>>> iomem(HostFiles files) {
        List<MemoryRange> ranges = new ArrayList<>();
        for (String line : files.lines("/proc/iomem")) {
            Matcher matcher = IOMEM.matcher(line);
            if (matcher.matches()) {
                add(ranges, IommuGroup.hex(matcher.group(1)), IommuGroup.hex(matcher.group(2)));
            }
        }
        return ranges.isEmpty() ? Optional.empty() : Optional.of(new Sourced<>(ranges, "/proc/iomem"));
    }

    private static Optional<Sourced<List<MemoryRange>>> firmwareMap(HostFiles files) {
        List<MemoryRange> ranges = new ArrayList<>();
        for (String entry : files.names(FIRMWARE_MAP)) {
            String folder = FIRMWARE_MAP + "/" + entry;
            Optional<String> start = files.text(folder + "/start");
            Optional<String> end = files.text(folder + "/end");
            boolean ram = files.text(folder + "/type")
                    .filter(type -> type.toLowerCase(Locale.ROOT).equals("system ram"))
                    .isPresent();
            if (ram && start.isPresent() && end.isPresent()) {
                add(ranges, IommuGroup.hex(start.get()), IommuGroup.hex(end.get()));
            }
        }
        ranges.sort(Comparator.comparingLong(MemoryRange::start));
        return ranges.isEmpty() ? Optional.empty() : Optional.of(new Sourced<>(ranges, FIRMWARE_MAP));
    }

    /** Whole pages only; the zero range that a hidden address makes is none. */
    private static void add(List<MemoryRange> ranges, long first, long last) {
        long start = (first + PAGE - 1) & -PAGE;
        long end = (last + 1) & -PAGE;
        if (last > first && end > start) {
            ranges.add(new MemoryRange(start, end - start));
        }
    }

    private static List<MemoryRange> total(HostFiles files, Architecture architecture) {
        long bytes = files.lines("/proc/meminfo").stream()
                .map(TOTAL::matcher)
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)) << 10)
                .findFirst()
                .orElse(PC_HOLE);
        long whole = bytes & -PAGE;
        if (architecture != Architecture.X86 || whole <= PC_HOLE) {
            return List.of(new MemoryRange(0, whole));
        }
        return List.of(new MemoryRange(0, PC_HOLE), new MemoryRange(FOUR_GIB, whole - PC_HOLE));
    }
}
