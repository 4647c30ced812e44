package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * A page allocator whose answers are written down beforehand.
 *
 * <p>In a recording of a real kernel the addresses that its page allocator gave are inputs: whoever replays it scripts them here
 * and puts this in the place of the machine's own allocator. Page size, zones and the end of RAM are those of the machine.
 *
 * <p>An allocation that nobody scripted is a usage error, never a made-up address. What it gave must be freed as it was
 * allocated.
 */
public final class ReplayedPages implements PageAllocator {
    private final PageAllocator machine;
    private final ArrayDeque<Long> script = new ArrayDeque<>();
    private final ArrayDeque<Long> bootScript = new ArrayDeque<>();
    private final Map<Long, Integer> live = new HashMap<>();
    private final Map<Long, Long> liveAtBoot = new HashMap<>();

    /** An allocator with an empty script and the geometry of {@code machine}. */
    public ReplayedPages(PageAllocator machine) {
        this.machine = machine;
    }

    /**
     * Appends the answer of one allocation to come.
     *
     * @param physical what it returns; {@link PageAllocator#NO_PAGES} lets it fail
     */
    public synchronized void script(long physical) {
        script.add(physical);
    }

    /** Appends the answer of one boot-time reservation to come: where a recorded pool started. */
    public synchronized void scriptAtBoot(long physical) {
        bootScript.add(physical);
    }

    /** Answers that nobody has asked for yet, of both scripts. */
    public synchronized int unused() {
        return script.size() + bootScript.size();
    }

    /** Blocks and reservations that were not given back. */
    public synchronized int live() {
        return live.size() + liveAtBoot.size();
    }

    @Override
    public long pageBytes() {
        return machine.pageBytes();
    }

    @Override
    public int maxOrder() {
        return machine.maxOrder();
    }

    @Override
    public long maxPfn() {
        return machine.maxPfn();
    }

    @Override
    public long zoneDmaLimit() {
        return machine.zoneDmaLimit();
    }

    @Override
    public boolean hasZone(Zone zone) {
        return machine.hasZone(zone);
    }

    @Override
    public synchronized long allocate(int order, Zone highest) {
        long physical = next(script, "allocate order=" + order + " zone=" + highest);
        if (physical != NO_PAGES) {
            live.put(physical, order);
        }
        return physical;
    }

    @Override
    public synchronized void free(long physical, int order) {
        if (!live.remove(physical, order)) {
            throw notGiven("free", physical, "order=" + order);
        }
    }

    @Override
    public synchronized long reserveAtBoot(long bytes, long limit) {
        long physical = next(bootScript, "reserve bytes=" + bytes + " at boot");
        if (physical != NO_PAGES) {
            liveAtBoot.put(physical, bytes);
        }
        return physical;
    }

    @Override
    public synchronized void releaseAtBoot(long physical, long bytes) {
        if (!liveAtBoot.remove(physical, bytes)) {
            throw notGiven("release", physical, "bytes=" + bytes);
        }
    }

    private static long next(ArrayDeque<Long> script, String what) {
        Long physical = script.poll();
        if (physical == null) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "replayed pages: cannot " + what
                            + ": the script has no more answers. The replayed code allocates more than"
                            + " the recording; script one answer for each allocation.");
        }
        return physical;
    }

    private static DmaUsageException notGiven(String verb, long physical, String size) {
        return new DmaUsageException(
                DmaErrorCode.INVALID_ARGUMENT,
                "replayed pages: cannot " + verb + " physical=0x" + Long.toHexString(physical) + " " + size
                        + ": the script gave no such block. Give back what was given, once.");
    }
}
