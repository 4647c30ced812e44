package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.cmdline.SwiotlbParameters;

/** Arithmetic of a bounce pool: slots of 2048 bytes in sets of 128, which no mapping crosses. */
final class Slots {
    static final int SLOT_BYTES = SwiotlbParameters.SLOT_BYTES;
    static final int SET = SwiotlbParameters.SLOT_SET;

    /** The most that one mapping takes. */
    static final long LARGEST_BYTES = (long) SET * SLOT_BYTES;

    /** The largest alignment mask in use, that of a page of 64 KiB, takes so much of a mapping. */
    static final long MOST_PADDING = 65536;

    /** The alignment mask 0xfff, which most drivers with one have, takes so much. */
    static final long USUAL_PADDING = 4096;

    private static final long PAGE_BYTES = 4096;

    /** A mapping of two pages: smaller ones are rarer, larger ones leave longer runs free. */
    private static final double TYPICAL_MAPPING_SLOTS = 4;

    private Slots() {}

    static long needed(long bytes) {
        return Math.max(1, bytes / SLOT_BYTES + (bytes % SLOT_BYTES == 0 ? 0 : 1));
    }

    /**
     * The fewest slots in use that can leave no run for a mapping: one in each stretch that would hold it. With fewer in use, a
     * free run is there for sure, wherever they lie. Mappings of a page and more start at a page.
     */
    static long fewestThatBlock(long total, long bytes) {
        long stretch = needed(bytes);
        if (bytes >= PAGE_BYTES) {
            stretch += stretch % 2;
        }
        return total / SET * (SET / stretch) + total % SET / stretch;
    }

    /** How many places for a mapping are to be expected if mappings of 8 KiB are strewn at random over the pool. */
    static double expectedPlaces(long total, long used, long bytes) {
        long run = needed(bytes);
        if (run > SET || used >= total) {
            return 0;
        }
        double share = (double) used / total;
        double startOfMapping = Math.min(1, share / TYPICAL_MAPPING_SLOTS / (1 - share));
        double places = (double) total * (SET + 1 - run) / SET;
        return places * (1 - share) * Math.pow(1 - startOfMapping, run - 1.0);
    }

    /** The smallest alignment mask with which a request is larger than a mapping can be. */
    static long maskThatForbids(long bytes) {
        long padding = SLOT_BYTES;
        while (bytes <= LARGEST_BYTES - padding) {
            padding <<= 1;
        }
        return padding - 1;
    }

    static String size(long slots) {
        long kib = slots * 2;
        return kib % 1024 == 0 ? kib / 1024 + " MiB" : kib + " KiB";
    }
}
