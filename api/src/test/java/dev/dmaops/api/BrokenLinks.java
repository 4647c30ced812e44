package dev.dmaops.api;

import dev.dmaops.spi.IovaLinks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Links that write down every call, and fail to take away what they are told to. */
final class BrokenLinks implements IovaLinks {
    static final long FIRST = 0x10_0000;

    final List<String> calls = new ArrayList<>();

    /** What unlinking at an address throws. */
    final Map<Long, RuntimeException> failures = new HashMap<>();

    @Override
    public long granule() {
        return 4096;
    }

    @Override
    public long reserve(long bytes) {
        return FIRST;
    }

    @Override
    public long reserve(long bytes, long limit, boolean emptyCaches) {
        return FIRST;
    }

    @Override
    public long link(long dma, long physical, long bytes, DmaDirection direction, int attributes) {
        return dma;
    }

    @Override
    public void publish(long dma, long bytes) {}

    @Override
    public void unlink(long dma, long bytes, DmaDirection direction, int attributes) {
        calls.add("unlink " + (dma - FIRST));
        if (failures.containsKey(dma)) {
            throw failures.get(dma);
        }
    }

    @Override
    public void release(long first, long bytes) {
        calls.add("release " + (first - FIRST) + " " + bytes);
    }
}
