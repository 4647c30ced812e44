package dev.dmaops.trace.setup;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the user says about the pool and the devices; it goes before what the trace and the file beside it say.
 *
 * @param slots slots to ask for, rounded as Linux rounds
 * @param areas areas to ask for, rounded as Linux rounds
 * @param minAlignMasks address bits to keep, by device
 * @param pool the pool of a configuration
 * @param devices the devices of a configuration
 */
public record ReplayOptions(
        OptionalLong slots,
        OptionalLong areas,
        Map<String, Long> minAlignMasks,
        Optional<PoolFacts> pool,
        Map<String, DeviceFacts> devices) {
    /** The user says nothing. */
    public static final ReplayOptions NONE =
            new ReplayOptions(OptionalLong.empty(), OptionalLong.empty(), Map.of(), Optional.empty(), Map.of());

    /** Copies the maps. */
    public ReplayOptions {
        minAlignMasks = Map.copyOf(minAlignMasks);
        devices = Map.copyOf(devices);
    }
}
