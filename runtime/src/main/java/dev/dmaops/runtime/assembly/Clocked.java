package dev.dmaops.runtime.assembly;

import dev.dmaops.spi.NanoClock;
import java.util.Optional;

/**
 * Capabilities with a clock beside them, so that a test that exchanges the clock exchanges nothing else.
 *
 * @param clock what timers go by
 * @param others everything else
 */
public record Clocked(NanoClock clock, Hooks others) implements Hooks {
    @Override
    public <H> Optional<H> find(Class<H> type) {
        return type == NanoClock.class ? Optional.of(type.cast(clock)) : others.find(type);
    }
}
