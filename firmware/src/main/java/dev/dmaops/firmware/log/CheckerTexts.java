package dev.dmaops.firmware.log;

import java.util.List;

/** Where a report of the checker of the DMA API begins; its lines about itself are none. */
final class CheckerTexts {
    private static final List<String> STARTS = List.of(
            "device driver ",
            "mapping sg segment ",
            "cacheline tracking ",
            "exceeded ",
            "dma_map_resource called for RAM",
            "debugging out of memory");

    private CheckerTexts() {}

    /** The index at which a report begins, or -1. */
    static int start(String text) {
        for (String start : STARTS) {
            int at = text.indexOf(start);
            if (at >= 0) {
                return at;
            }
        }
        return -1;
    }
}
