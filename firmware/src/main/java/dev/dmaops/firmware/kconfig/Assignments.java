package dev.dmaops.firmware.kconfig;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is given from outside: the values that a file and a caller set, and how far symbols are held up by selects outside of
 * the closure.
 *
 * @param values a value for each symbol that is set, with its origin
 * @param floors the lower bound of symbols that are selected elsewhere; empty to find it from the values themselves
 */
record Assignments(Map<String, Assignment> values, Optional<Map<String, Tristate>> floors) {
    /**
     * One value.
     *
     * @param value the value
     * @param origin where it was set
     * @param override true if a caller set it, false if the file did
     */
    record Assignment(ConfigValue value, String origin, boolean override) {
        Cause cause() {
            if (override) {
                return new Cause(Cause.Kind.OVERRIDE, "set by " + origin);
            }
            boolean unset = value instanceof ConfigValue.Tri(Tristate tristate) && !tristate.isSet();
            return new Cause(Cause.Kind.FILE, (unset ? "not set at " : "set at ") + origin);
        }
    }

    static Assignments of(KernelConfig config) {
        Map<String, Assignment> values = new HashMap<>();
        config.entries()
                .forEach(entry -> values.put(
                        entry.symbol(), new Assignment(entry.value(), config.originOf(entry.symbol()), false)));
        return new Assignments(Map.copyOf(values), Optional.empty());
    }

    /** {@return these values with some replaced, and the floors that the original values implied} */
    Assignments with(Map<String, Assignment> replaced, Map<String, Tristate> floorsBefore) {
        Map<String, Assignment> all = new HashMap<>(values);
        all.putAll(replaced);
        return new Assignments(Map.copyOf(all), Optional.of(floorsBefore));
    }

    Optional<Assignment> value(String symbol) {
        return Optional.ofNullable(values.get(symbol));
    }
}
