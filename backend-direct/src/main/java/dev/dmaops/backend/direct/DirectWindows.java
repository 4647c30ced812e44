package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the physical addresses that a device maps by addition alone. */
final class DirectWindows {
    private DirectWindows() {}

    /** The window of a device that snoops and is not forced to bounce; null when there is none. */
    static @Nullable DirectWindow of(DmaDeviceState device, @Nullable BouncePool pool) {
        long limit = device.streamingLimit();
        DmaRangeMap ranges = device.ranges();
        if (ranges.isIdentity()) {
            return window(new DmaRange(0, 0, Long.MAX_VALUE), limit, pool);
        }
        return ranges.ranges().stream()
                .filter(range -> range.bytes() > 0 && isAlone(range, ranges.ranges()))
                .max((a, b) -> Long.compare(a.bytes(), b.bytes()))
                .map(range -> window(range, limit, pool))
                .orElse(null);
    }

    private static @Nullable DirectWindow window(DmaRange range, long limit, @Nullable BouncePool pool) {
        if (Long.compareUnsigned(limit, range.dmaStart()) < 0) {
            return null;
        }
        long within = limit - range.dmaStart();
        long last = Long.compareUnsigned(within, range.bytes() - 1) < 0 ? within : range.bytes() - 1;
        return new DirectWindow(
                range.cpuStart(),
                range.cpuStart() + last,
                range.dmaStart() - range.cpuStart(),
                pool == null ? 0 : pool.start(),
                pool == null ? 0 : pool.bytes());
    }

    /** Whether no other range claims one of this range's addresses on either side. */
    private static boolean isAlone(DmaRange range, List<DmaRange> all) {
        for (DmaRange other : all) {
            if (!other.equals(range)
                    && (overlap(range.cpuStart(), range.bytes(), other.cpuStart(), other.bytes())
                            || overlap(range.dmaStart(), range.bytes(), other.dmaStart(), other.bytes()))) {
                return false;
            }
        }
        return range.bytes() > 0;
    }

    private static boolean overlap(long a, long aBytes, long b, long bBytes) {
        return Long.compareUnsigned(a - b, bBytes) < 0 || Long.compareUnsigned(b - a, aBytes) < 0;
    }
}
