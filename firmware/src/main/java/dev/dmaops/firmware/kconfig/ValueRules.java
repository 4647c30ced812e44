package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.kconfig.Assignments.Assignment;
import dev.dmaops.firmware.kconfig.KconfigModel.Rules;
import java.util.Optional;

/** The rules for numbers and strings: the user's value if the user is asked and it is in range, else the first default. */
final class ValueRules {
    private final Evaluator values;
    private final Rules rules;
    private final Tristate visible;

    ValueRules(Evaluator values, Rules rules, Tristate visible) {
        this.values = values;
        this.rules = rules;
        this.visible = visible;
    }

    ResolvedSymbol calculate(Optional<Assignment> set) {
        Optional<Assignment> user = set.filter(one -> visible.isSet() && inRange(one.value()));
        if (user.isPresent()) {
            return new ResolvedSymbol(
                    rules.name(),
                    rules.type(),
                    user.get().value(),
                    true,
                    user.get().cause());
        }
        return values.firstDefault(rules)
                .map(one -> new ResolvedSymbol(
                        rules.name(),
                        rules.type(),
                        value(one.value().text(values)),
                        true,
                        new Cause(Cause.Kind.DEFAULT, "default " + one.value())))
                .orElseGet(() -> new ResolvedSymbol(
                        rules.name(),
                        rules.type(),
                        new ConfigValue.Text(""),
                        visible.isSet(),
                        new Cause(Cause.Kind.NOTHING, "no default applies")));
    }

    private boolean inRange(ConfigValue value) {
        return switch (value) {
            case ConfigValue.Int(long number) -> inRange(number);
            case ConfigValue.Hex(long number) -> inRange(number);
            default -> true;
        };
    }

    private boolean inRange(long number) {
        for (Definition definition : rules.definitions()) {
            for (Definition.Range range : definition.ranges()) {
                if (range.condition().evaluate(values).isSet()) {
                    long low = Long.decode(range.low().text(values));
                    long high = Long.decode(range.high().text(values));
                    return number >= low && number <= high;
                }
            }
        }
        return true;
    }

    private ConfigValue value(String text) {
        return switch (rules.type()) {
            case INT -> new ConfigValue.Int(Long.parseLong(text));
            case HEX -> new ConfigValue.Hex(Long.decode(text));
            default -> new ConfigValue.Text(text);
        };
    }
}
