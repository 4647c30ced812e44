package dev.dmaops.machine.linux.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Huge pages of one size: memory that stays where it is.
 *
 * @param bytes size of a page
 * @param total pages set aside
 * @param free pages that nobody uses
 */
public record HugePages(long bytes, long total, long free) {
    private static final String FOLDER = "/sys/kernel/mm/hugepages";
    private static final Pattern NAME = Pattern.compile("hugepages-(\\d{1,12})kB");

    static List<HugePages> read(HostFiles files) {
        List<HugePages> sizes = new ArrayList<>();
        for (String name : files.names(FOLDER)) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                String folder = FOLDER + "/" + name;
                sizes.add(new HugePages(
                        Long.parseLong(matcher.group(1)) << 10,
                        files.number(folder + "/nr_hugepages").orElse(0),
                        files.number(folder + "/free_hugepages").orElse(0)));
            }
        }
        sizes.sort(Comparator.comparingLong(HugePages::bytes));
        return List.copyOf(sizes);
    }
}
