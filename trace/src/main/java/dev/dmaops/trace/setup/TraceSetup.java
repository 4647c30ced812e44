package dev.dmaops.trace.setup;

import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.trace.event.TraceFile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pool and devices of a replay. In this order: what the user says, {@code NAME.meta.json} beside the trace, what the trace itself
 * gives away.
 *
 * @param pool the pool
 * @param devices devices by name; others ask nothing of their buffers
 * @param traced whether pool and devices are those of the traced system, so that the addresses must be too
 * @param recordedHighWater the kernel's own high-water mark in slots, when it was taken down
 */
public record TraceSetup(
        PoolFacts pool, Map<String, DeviceFacts> devices, boolean traced, OptionalInt recordedHighWater) {
    /** Copies the map. */
    public TraceSetup {
        devices = Map.copyOf(devices);
    }

    /** Finds them. */
    public static TraceSetup of(TraceFile file, ReplayOptions options) {
        Optional<MetaFile> meta = MetaFile.beside(file.path());
        Optional<Survey> survey = meta.isPresent() ? Optional.empty() : Optional.of(Survey.of(file));
        PoolFacts found =
                meta.map(MetaFile::pool).orElseGet(() -> survey.orElseThrow().pool());
        PoolFacts base = options.pool().map(pool -> placed(pool, found)).orElse(found);
        Map<String, DeviceFacts> devices = new HashMap<>(
                meta.map(MetaFile::devices).orElseGet(() -> survey.orElseThrow().devices()));
        devices.putAll(options.devices());
        options.minAlignMasks()
                .forEach((id, mask) -> devices.put(
                        id, devices.getOrDefault(id, DeviceFacts.PLAIN).withMinAlignMask(mask, "--min-align")));
        PoolFacts pool = asked(base, options);
        boolean same = pool.slots() == found.slots()
                && pool.areas() == found.areas()
                && options.minAlignMasks().isEmpty()
                && options.devices().isEmpty();
        return new TraceSetup(
                pool,
                devices,
                meta.isPresent() && same,
                meta.map(MetaFile::highWater).orElse(OptionalInt.empty()));
    }

    /** What a device asks of its buffers. */
    public DeviceFacts device(String id) {
        return devices.getOrDefault(id, DeviceFacts.PLAIN);
    }

    /** A configuration says how large a pool is, the trace where it lay. */
    private static PoolFacts placed(PoolFacts pool, PoolFacts found) {
        return new PoolFacts(
                pool.slots(), pool.areas(), found.start(), pool.forced(), pool.processors(), pool.origin());
    }

    private static PoolFacts asked(PoolFacts base, ReplayOptions options) {
        if (options.slots().isEmpty() && options.areas().isEmpty()) {
            return base;
        }
        long slots = options.slots().orElse(base.slots());
        long areas = options.areas().orElse(base.areas() == 0 ? base.processors() : base.areas());
        SwiotlbParameters rounded = SwiotlbParameters.of(KernelCommandLine.parse("swiotlb=" + slots + "," + areas));
        String origin = options.slots().isPresent() && options.areas().isPresent()
                ? "--slots and --areas"
                : options.slots().isPresent()
                        ? "--slots, areas from " + base.origin()
                        : "--areas, slots from " + base.origin();
        return new PoolFacts(
                (int) rounded.slots(),
                (int) rounded.areas(),
                base.start(),
                base.forced(),
                base.processors(),
                origin
                        + (rounded.slots() == slots && rounded.areas() == areas
                                ? ""
                                : "; Linux makes " + rounded.slots() + " slots in " + rounded.areas() + " areas of "
                                        + slots + "," + areas));
    }
}
