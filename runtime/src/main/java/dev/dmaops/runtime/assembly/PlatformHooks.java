package dev.dmaops.runtime.assembly;

import dev.dmaops.spi.Machine;
import java.util.List;
import java.util.Optional;

/**
 * The platform's own capabilities, in front of the machine's.
 *
 * @param platform what the platform adds, in order
 * @param machine the machine
 */
public record PlatformHooks(List<Object> platform, Machine machine) implements Hooks {
    /** Copies the list. */
    public PlatformHooks {
        platform = List.copyOf(platform);
    }

    @Override
    public <H> Optional<H> find(Class<H> type) {
        return platform.stream()
                .filter(type::isInstance)
                .<H>map(type::cast)
                .findFirst()
                .or(() -> machine.hook(type));
    }
}
