package dev.dmaops.backend.xenpv;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Blocks whose frames were exchanged, by their first page (PageXenRemapped). One set for all devices. */
final class RemappedPages {
    private final Set<Long> first = ConcurrentHashMap.newKeySet();

    void mark(long physical) {
        first.add(physical);
    }

    /** Takes the mark away and says whether there was one. */
    boolean clear(long physical) {
        return first.remove(physical);
    }
}
