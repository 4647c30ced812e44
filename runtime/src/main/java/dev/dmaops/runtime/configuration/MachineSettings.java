package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/**
 * The machine under the platform.
 *
 * @param kind id of the machine provider: {@code sim} or {@code linux}
 * @param memory RAM in bytes, laid out as the platform does; empty when {@code ram} says more, or the device tree
 * @param ram RAM range by range, ascending
 * @param pageBytes page size in bytes; empty to take the .config's
 * @param cpus processors; empty to count the device tree's, else 4
 * @param cacheLineBytes cache line size in bytes; empty for 64
 * @param seed what randomness in the machine starts from
 * @param hostRam all memory of the host below a hypervisor, range by range; empty to let the machine choose
 */
public record MachineSettings(
        Sourced<String> kind,
        Optional<Sourced<Long>> memory,
        List<Sourced<MemoryRange>> ram,
        Optional<Sourced<Long>> pageBytes,
        Optional<Sourced<Integer>> cpus,
        Optional<Sourced<Integer>> cacheLineBytes,
        Sourced<Long> seed,
        List<Sourced<MemoryRange>> hostRam) {
    /** A simulated machine, everything else by default. */
    public static final MachineSettings DEFAULT = new MachineSettings(
            Sourced.byDefault("sim"),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Sourced.byDefault(1L),
            List.of());

    /** Copies the lists. */
    public MachineSettings {
        ram = List.copyOf(ram);
        hostRam = List.copyOf(hostRam);
    }
}
