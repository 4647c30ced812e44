package dev.dmaops.runtime.assembly;

import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.EventSink;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a platform holds, given back in the order opposite to that of opening, whatever goes wrong on the way. */
final class Resources {
    private final Deque<Held> held = new ArrayDeque<>();
    private final EventSink events;

    private record Held(String name, Runnable close) {}

    Resources(EventSink events) {
        this.events = events;
    }

    void hold(String name, Runnable close) {
        held.push(new Held(name, close));
    }

    /** Mappings that are still there end with the platform: they are reported, and the rest is given back. */
    void close() {
        RuntimeException failure = null;
        while (!held.isEmpty()) {
            Held next = held.pop();
            try {
                next.close.run();
            } catch (DmaUsageException leak) {
                events.log(next.name, String.valueOf(leak.getMessage()));
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
