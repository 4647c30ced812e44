package dev.dmaops.selection;

import java.util.List;
import java.util.stream.Stream;

/**
 * The whole procedure of one architecture.
 *
 * @param system what is decided once, while the system boots, in order
 * @param device what is decided for each device, in order
 */
public record PlatformRules(List<RuleTable> system, List<RuleTable> device) {
    /** Copies the lists. */
    public PlatformRules {
        system = List.copyOf(system);
        device = List.copyOf(device);
    }

    /** Every rule of the procedure. */
    public Stream<Rule> rules() {
        return Stream.concat(system.stream(), device.stream()).flatMap(table -> table.rules().stream());
    }
}
