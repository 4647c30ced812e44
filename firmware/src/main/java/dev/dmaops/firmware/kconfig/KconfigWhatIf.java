package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.kconfig.Assignments.Assignment;
import dev.dmaops.firmware.kconfig.KconfigModel.Rules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What follows from setting symbols of a configuration to other values, as {@code make menuconfig} would let a user set them.
 *
 * @param requested the requested values, as given
 * @param changes every symbol of the closure that changes, the requested ones first
 * @param backends the backends that the kernel gains or loses
 * @param warnings selects against dependencies in the changed configuration
 */
public record KconfigWhatIf(
        Map<String, String> requested,
        List<KconfigChange> changes,
        List<BackendChange> backends,
        List<String> warnings) {
    /** Copies the collections. */
    public KconfigWhatIf {
        requested = Map.copyOf(requested);
        changes = List.copyOf(changes);
        backends = List.copyOf(backends);
        warnings = List.copyOf(warnings);
    }

    /**
     * {@return what changes} Values of the file that are cut by the change stay in it, as in Linux: a symbol that becomes
     * visible again has its old value.
     *
     * @param config the file
     * @param version the kernel version whose rules apply
     * @param requested new values by symbol: {@code y}, {@code m}, {@code n}, a number or a text
     * @throws FirmwareException if a symbol is not in the closure or has no prompt, if a value does not fit its type, or if
     *     the symbol cannot have the value because of its dependencies or a select; also as {@link DmaClosure#resolve}
     */
    public static KconfigWhatIf of(KernelConfig config, KernelVersion version, Map<String, String> requested) {
        ResolvedConfig before = DmaClosure.resolve(config, version);
        Map<String, Assignment> values = new LinkedHashMap<>();
        requested.forEach((symbol, text) -> values.put(symbol, assignment(before, symbol, text)));
        ResolvedConfig after = DmaClosure.resolve(
                before.given().with(values, before.floors()), before.architecture(), before.version());
        values.forEach((symbol, value) -> requireReached(after, symbol, value));
        return new KconfigWhatIf(
                requested,
                KconfigChange.between(before, after),
                BackendChange.between(before, after),
                after.unmetDependencies().stream().map(UnmetDependency::text).toList());
    }

    private static Assignment assignment(ResolvedConfig before, String symbol, String text) {
        String origin = origin(symbol, text);
        Rules rules = before.rules(symbol)
                .orElseThrow(() -> new FirmwareException(
                        origin,
                        "",
                        "cannot set " + symbol,
                        "a symbol of the DMA closure of Linux " + before.version() + " on " + before.architecture(),
                        DmaClosure.knows(symbol) ? "one of another architecture or version" : "an unknown one",
                        "Check the name (without CONFIG_)"));
        if (!rules.input() && !rules.hasPrompt()) {
            throw new FirmwareException(
                    origin,
                    "",
                    "cannot set " + symbol,
                    "a symbol with a prompt",
                    "one that only follows from others: " + sources(before, rules),
                    "Set one of those");
        }
        return new Assignment(value(origin, rules, text), origin, true);
    }

    private static String sources(ResolvedConfig before, Rules rules) {
        List<String> names = before.model().follows(rules.name()).stream()
                .filter(name -> before.rules(name).isPresent())
                .toList();
        return names.isEmpty() ? "nothing on this architecture" : String.join(", ", names);
    }

    private static ConfigValue value(String origin, Rules rules, String text) {
        String quoted = rules.type() == SymbolType.STRING ? new ConfigValue.Text(text).written() : text;
        ConfigValue value = ConfigParser.value(quoted).orElseThrow(() -> wrongType(origin, rules, text));
        if (!rules.type().accepts(value)) {
            throw wrongType(origin, rules, text);
        }
        return value;
    }

    private static FirmwareException wrongType(String origin, Rules rules, String text) {
        String expected = switch (rules.type()) {
            case BOOL -> "y or n";
            case TRISTATE -> "y, m or n";
            case INT -> "a decimal number";
            case HEX -> "a number such as 0x1f";
            case STRING -> "a text";
        };
        return new FirmwareException(
                origin, "", "cannot set " + rules.name(), expected, text, "Give a value of the symbol's type");
    }

    /** A user can ask for what a symbol cannot be; Kconfig cuts the value silently, here it is a mistake. */
    private static void requireReached(ResolvedConfig after, String symbol, Assignment value) {
        ResolvedSymbol reached = after.symbol(symbol);
        if (!reached.value().equals(value.value())) {
            throw new FirmwareException(
                    value.origin(),
                    "",
                    "cannot set " + symbol,
                    "a value that the rules allow",
                    value.value().written() + " where the rules give " + reached.shown() + " ("
                            + reached.cause().text() + ")",
                    "Change what it rests on too");
        }
    }

    private static String origin(String symbol, String text) {
        return "--set " + symbol + "=" + text;
    }
}
