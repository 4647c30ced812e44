package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.spi.BouncePool;
import java.util.Map;
import java.util.Optional;

/**
 * The bounce pools of an open platform, as {@link dev.dmaops.api.DmaPlatform#part} gives them to tools.
 *
 * @param byDevice the pool behind each device that has one
 */
public record OpenPools(Map<String, BouncePool> byDevice) {
    /** Copies the map. */
    public OpenPools {
        byDevice = Map.copyOf(byDevice);
    }

    /** The pool behind a device. */
    public Optional<BouncePool> of(BackendChoice choice) {
        return Optional.ofNullable(byDevice.get(choice.device()));
    }
}
