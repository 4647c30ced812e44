package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowReader;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be known of a recording of Xen before it can be replayed. Reads it once, behind its header. */
final class XenScan {
    private static final long PAGE = BusFrames.BYTES;

    /** First rows of devices, by id. */
    final Map<String, Row> devices = new LinkedHashMap<>();

    /** The frames at the start, when they were recorded. */
    final List<FrameRun> ram = new ArrayList<>();

    final List<FrameRun> identity = new ArrayList<>();

    /** Machine frames of the pool's sets of slots, in order. */
    final List<Long> poolSets = new ArrayList<>();

    /** Pages that rows name as RAM. */
    final PageSet named = new PageSet(PAGE);

    /** Pages that the page allocator gave on the way. */
    final PageSet allocated = new PageSet(PAGE);

    /** Places where pages of others were mapped. */
    final PageSet places = new PageSet(PAGE);

    Optional<MemoryRange> pool = Optional.empty();
    int slots;
    boolean late;
    boolean forced;
    long listLength;

    private XenScan() {}

    static XenScan of(RowReader rows) {
        XenScan scan = new XenScan();
        for (Row row = rows.next(); row != null; row = rows.next()) {
            scan.read(row);
        }
        scan.pool.ifPresent(range -> scan.named.add(range.start(), range.bytes()));
        if (scan.late) {
            scan.pool.ifPresent(range -> scan.allocated.add(range.start(), range.bytes()));
        }
        return scan;
    }

    private void read(Row row) {
        switch (row.kind()) {
            case "dev" -> devices.merge(row.text("dev"), row, XenScan::moreConfigured);
            case "p2m_snapshot" -> listLength = Math.max(listLength, row.number("max_pfn"));
            case "p2m_run" -> frames(row);
            case "pool" -> pool(row);
            case "pool_segment" -> poolSets.add(row.number("bfn"));
            case "buffer" -> {
                long start = row.number("pfn") * PAGE;
                long bytes = PAGE << row.count("order");
                named.add(start, bytes);
                allocated.add(start, bytes);
            }
            case "alloc", "xchg_create", "xchg_destroy", "exchange" -> {
                if (row.has("pfn")) {
                    allocate(row.number("pfn") * PAGE, PAGE << row.count("order"));
                }
            }
            case "alloc_live" -> {
                if (row.has("runs")) {
                    for (FrameRun run : FrameRun.of(row, "runs")) {
                        allocate(run.pfn() * PAGE, run.length() * PAGE);
                    }
                } else if (row.has("dma")) {
                    allocate(row.address("dma"), row.number("size"));
                }
            }
            case "alloc_pages", "alloc_noncontiguous" -> {
                if (row.has("phys")) {
                    allocate(row.address("phys"), block(row.number("size")));
                }
            }
            case "get_sgtable" -> {
                if (row.has("phys0")) {
                    allocate(row.address("phys0"), block(row.number("len0")));
                }
            }
            case "negative_control" -> named.add(row.address("phys"), PAGE);
            case "grant_premap", "grant_map" -> {
                if (row.has("pfn")) {
                    places.add(row.number("pfn") * PAGE, PAGE);
                }
            }
            default -> {}
        }
    }

    /** What the page allocator takes for a length. */
    private static long block(long bytes) {
        return bytes <= PAGE ? PAGE : Long.highestOneBit(2 * bytes - 1);
    }

    private void allocate(long start, long bytes) {
        named.add(start, bytes);
        allocated.add(start, bytes);
    }

    private void frames(Row row) {
        if (!row.text("snap").equals("start")) {
            return;
        }
        FrameRun run = new FrameRun(row.number("pfn"), row.number("bfn", -1), row.number("len"));
        switch (row.text("kind")) {
            case "ram" -> ram.add(run);
            case "identity" -> identity.add(run);
            default -> {}
        }
    }

    private void pool(Row row) {
        if (row.flag("present")) {
            pool = Optional.of(XenSurvey.range(row));
            slots = row.count("nslabs");
            late = row.flag("late_alloc");
            forced = row.flag("force_bounce");
        }
    }

    /** A device that a driver was bound to says more of how it was set up than one without. */
    private static Row moreConfigured(Row first, Row second) {
        return first.text("driver").isEmpty() && !second.text("driver").isEmpty() ? second : first;
    }
}
