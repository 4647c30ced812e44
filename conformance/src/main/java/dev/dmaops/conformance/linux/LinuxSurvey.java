package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.row.JsonLineReader;
import dev.dmaops.conformance.row.Row;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must be known of a recording before its first call can be made: its devices, because platforms open with all their devices
 * while the recorded module made them on the way, and its pages, because nobody else may be given them.
 *
 * @param devices names by the number that rows use
 * @param domains for the devices behind an IOMMU, a row that describes their domain
 * @param pages all pages that rows name
 * @param blockBytes how long the blocks of the DMA pools are at most, by the number that rows use
 */
record LinuxSurvey(Map<Long, String> devices, Map<String, Row> domains, PageSet pages, Map<Long, Long> blockBytes) {
    /** The device that exists from the start. */
    static final long FIRST = 0;

    private static final int MOST = 4096;

    /** Reads a whole recording, behind its header. */
    static LinuxSurvey of(JsonLineReader rows, long page) {
        LinuxSurvey survey = new LinuxSurvey(
                new TreeMap<>(Map.of(FIRST, "dmaoracle.0")), new TreeMap<>(), new PageSet(page), new TreeMap<>());
        for (Row row = rows.next(); row != null; row = rows.next()) {
            if (!row.flag("bad")) {
                survey.note(row, page);
            }
        }
        return survey;
    }

    private void note(Row row, long page) {
        switch (row.kind()) {
            case "newdev", "dev", "pcidev" -> {
                if (row.has("name")) {
                    devices.put(row.number("dev"), row.text("name"));
                    if (devices.size() > MOST) {
                        throw row.unusable("dev", "at most " + MOST + " devices");
                    }
                }
            }
            case "query" -> {
                if (row.has("ap_end")) {
                    domains.putIfAbsent(row.text("name"), row);
                }
            }
            case "arena" -> pages.add(row.address("phys"), row.number("bytes"));
            case "alloc", "allocpages" -> {
                if (row.has("pa")) {
                    pages.add(row.address("pa"), block(row.number("size"), page));
                }
            }
            case "allocnc" -> {
                if (row.has("out")) {
                    row.rows("out").forEach(out -> pages.add(out.address("dma"), block(out.number("len"), page)));
                }
            }
            case "pool" -> blockBytes.put(row.number("pool"), row.number("size") + row.number("align"));
            case "palloc" -> {
                if (row.has("dma")) {
                    long bytes = blockBytes.getOrDefault(row.number("pool"), 1L);
                    pages.add(row.address("dma") & -page, block(bytes, page));
                }
            }
            default -> {}
        }
    }

    /** The page allocator's block for that many bytes: a power of two of pages. */
    private static long block(long bytes, long page) {
        long pages = Math.max(1, (bytes + page - 1) / page);
        return page * (Long.highestOneBit(pages) == pages ? pages : Long.highestOneBit(pages) << 1);
    }

    /** Whether a name is a PCI address. */
    static boolean isPci(String name) {
        return name.matches("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
    }
}
