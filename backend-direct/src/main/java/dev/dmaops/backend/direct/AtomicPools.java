package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.SystemDescription;
import dev.dmaops.spi.Zone;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Pages set aside for coherent memory that is wanted where nobody may wait and mapping it needs work (kernel/dma/pool.c, 6.12): up
 * to three pools, one a zone. Made where the kernel has DMA_COHERENT_POOL.
 *
 * <p>When less than its first size is left, a pool grows by as much as it has. The kernel does so in the background; here it
 * happens before the call returns.
 */
final class AtomicPools implements AutoCloseable {
    private static final long GIB = 1L << 30;
    private static final long PER_GIB = 128 << 10;

    private final BackendContext context;
    private final long firstBytes;
    private final Map<Zone, List<Chunk>> pools = new EnumMap<>(Zone.class);

    AtomicPools(BackendContext context) {
        this.context = context;
        firstBytes = firstBytes(context);
        if (context.config().enabled("DMA_COHERENT_POOL")) {
            create(Zone.NORMAL);
            if (context.pages().zoneDmaLimit() != 0 && context.pages().hasZone(Zone.DMA)) {
                create(Zone.DMA);
            }
            if (context.pages().hasZone(Zone.DMA32)) {
                create(Zone.DMA32);
            }
        }
    }

    private static long firstBytes(BackendContext context) {
        PageAllocator pages = context.pages();
        long largest = pages.pageBytes() << pages.maxOrder();
        long asked = context.hook(SystemDescription.class)
                .map(system -> coherentPool(system.commandLine().value()))
                .orElse(0L);
        if (asked > 0) {
            return Math.min(roundUp(asked, pages.pageBytes()), largest);
        }
        long ram = context.hook(SystemDescription.class)
                .map(system ->
                        system.ram().stream().mapToLong(range -> range.bytes()).sum())
                .orElse(pages.maxPfn() * pages.pageBytes());
        return Math.min(Math.max(ram / (GIB / PER_GIB), PER_GIB), largest);
    }

    /** The size in {@code coherent_pool=}, in bytes; 0 when it is not there or not a number. */
    private static long coherentPool(String commandLine) {
        long bytes = 0;
        for (String word : commandLine.split("\\s+", -1)) {
            if (word.startsWith("coherent_pool=")) {
                String text = word.substring(word.indexOf('=') + 1).toLowerCase(Locale.ROOT);
                int unit = text.isEmpty() ? -1 : "kmg".indexOf(text.charAt(text.length() - 1));
                String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
                try {
                    bytes = Long.decode(digits) << (10 * (unit + 1));
                } catch (NumberFormatException notANumber) {
                    bytes = 0;
                }
            }
        }
        return bytes;
    }

    private void create(Zone zone) {
        List<Chunk> chunks = new ArrayList<>();
        pools.put(zone, chunks);
        grow(zone, chunks, firstBytes);
    }

    /** Adds a block of that size, or the largest smaller one there is. */
    private void grow(Zone zone, List<Chunk> chunks, long bytes) {
        PageAllocator pages = context.pages();
        int order = Math.min(order(bytes, pages.pageBytes()), pages.maxOrder());
        while (order >= 0) {
            long start = pages.allocate(order, zone);
            if (start != PageAllocator.NO_PAGES) {
                chunks.add(new Chunk(new PageBitmap(start, 1 << order, pages.pageBytes()), order));
                return;
            }
            order--;
        }
    }

    /**
     * Takes zeroed memory.
     *
     * @param zone where the device's limit says to look first
     * @param reachable whether the device can use a physical address
     * @return physical address, or {@link PageAllocator#NO_PAGES}
     */
    synchronized long allocate(long bytes, Zone zone, LongPredicate reachable) {
        Zone at = zone == Zone.DMA && !pools.containsKey(Zone.DMA) ? Zone.NORMAL : zone;
        if (zone == Zone.DMA32 && !pools.containsKey(Zone.DMA32)) {
            at = pools.containsKey(Zone.DMA) ? Zone.DMA : Zone.NORMAL;
        }
        for (Zone next = at; next != null; next = after(next)) {
            List<Chunk> chunks = pools.getOrDefault(next, List.of());
            long physical = take(chunks, bytes);
            if (physical == PageAllocator.NO_PAGES) {
                continue;
            }
            if (!reachable.test(physical)) {
                free(physical, bytes);
                continue;
            }
            if (freeBytes(chunks) < firstBytes) {
                grow(
                        next,
                        chunks,
                        chunks.stream()
                                .mapToLong(chunk -> chunk.pages().bytes())
                                .sum());
            }
            context.memory().zero(physical, bytes);
            return physical;
        }
        return PageAllocator.NO_PAGES;
    }

    private @Nullable Zone after(Zone zone) {
        return switch (zone) {
            case NORMAL -> pools.containsKey(Zone.DMA32) ? Zone.DMA32 : pools.containsKey(Zone.DMA) ? Zone.DMA : null;
            case DMA32 -> pools.containsKey(Zone.DMA) ? Zone.DMA : null;
            case DMA -> null;
        };
    }

    private static long take(List<Chunk> chunks, long bytes) {
        for (Chunk chunk : chunks) {
            long physical = chunk.pages().allocate(bytes, false);
            if (physical != PageAllocator.NO_PAGES) {
                return physical;
            }
        }
        return PageAllocator.NO_PAGES;
    }

    private static long freeBytes(List<Chunk> chunks) {
        return chunks.stream().mapToLong(chunk -> chunk.pages().freeBytes()).sum();
    }

    /** Gives memory back when it is from here; whether it was. */
    synchronized boolean free(long physical, long bytes) {
        for (List<Chunk> chunks : pools.values()) {
            for (Chunk chunk : chunks) {
                if (chunk.pages().contains(physical)) {
                    chunk.pages().free(physical, bytes);
                    return true;
                }
            }
        }
        return false;
    }

    /** The message for a failed allocation, which differs between having no pool and having none left. */
    synchronized String failure(String device) {
        return pools.isEmpty() ? "Failed to get suitable pool for " + device : "DMA pool exhausted for " + device;
    }

    @Override
    public synchronized void close() {
        for (List<Chunk> chunks : pools.values()) {
            for (Chunk chunk : chunks) {
                if (!chunk.pages().isEmpty()) {
                    throw new dev.dmaops.api.DmaUsageException(
                            DmaErrorCode.STILL_IN_USE,
                            "cannot close: coherent memory is still allocated. Close the buffers first.");
                }
                context.pages().free(chunk.pages().start(), chunk.order());
            }
            chunks.clear();
        }
        pools.clear();
    }

    private static int order(long bytes, long pageBytes) {
        long pages = (bytes + pageBytes - 1) / pageBytes;
        return pages <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(pages - 1);
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    private record Chunk(PageBitmap pages, int order) {}
}
