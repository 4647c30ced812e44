package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogLine;

/** What one line about a full pool says by itself about the room in it. */
enum Room {
    /** The request is larger than any mapping can be. */
    BEYOND_LIMIT,
    /** Too few slots are free, or the pool is nearly full. */
    PRESSED,
    /** More slots are free than the request needs. */
    ENOUGH,
    /** The line has no counters. */
    UNKNOWN;

    /** With so many places to be expected, fragmentation alone is no explanation. */
    static final double PLACES_THAT_SAY_SOMETHING = 10;

    static Room of(LogLine.PoolFull line) {
        if (line.bytes() > Slots.LARGEST_BYTES) {
            return BEYOND_LIMIT;
        }
        if (line.total().isEmpty() || line.used().isEmpty()) {
            return UNKNOWN;
        }
        long total = line.total().getAsLong();
        long used = line.used().getAsLong();
        return Slots.needed(line.bytes()) > total - used || PoolHistory.near(used, total) ? PRESSED : ENOUGH;
    }
}
