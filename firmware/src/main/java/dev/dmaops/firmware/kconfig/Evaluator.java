package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.kconfig.Assignments.Assignment;
import dev.dmaops.firmware.kconfig.Definition.Conditional;
import dev.dmaops.firmware.kconfig.KconfigModel.Incoming;
import dev.dmaops.firmware.kconfig.KconfigModel.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Calculates every symbol of a model, each once and after the symbols it rests on; the model has no cycles, so the order of
 * asking does not matter.
 *
 * <p>The rules are those of {@code sym_calc_value} in Linux's {@code scripts/kconfig/symbol.c}: a visible symbol takes the
 * user's value cut to its visibility, any other the first default whose condition holds; a select then lifts the result
 * whatever the dependencies say; a bool makes {@code m} to {@code y}.
 */
final class Evaluator implements Expr.Values {
    private final KconfigModel model;
    private final Assignments given;
    private final Map<String, ResolvedSymbol> resolved = new HashMap<>();
    private final Map<String, Tristate> floors = new TreeMap<>();
    private final List<UnmetDependency> unmet = new ArrayList<>();

    private Evaluator(KconfigModel model, Assignments given) {
        this.model = model;
        this.given = given;
    }

    static ResolvedConfig resolve(KconfigModel model, Assignments given, RuleScope scope) {
        Evaluator evaluator = new Evaluator(model, given);
        List<ResolvedSymbol> symbols =
                model.names().stream().map(evaluator::symbol).toList();
        return new ResolvedConfig(
                scope,
                model,
                given,
                symbols,
                List.copyOf(evaluator.unmet),
                Map.copyOf(given.floors().orElse(evaluator.floors)));
    }

    @Override
    public Tristate tristate(String symbol) {
        return symbol(symbol).value().tristate();
    }

    @Override
    public String text(String symbol) {
        return ResolvedConfig.plain(symbol(symbol).value());
    }

    private ResolvedSymbol symbol(String name) {
        ResolvedSymbol known = resolved.get(name);
        if (known == null) {
            known = model.rules(name).map(this::calculate).orElseGet(() -> ResolvedConfig.undefined(name));
            resolved.put(name, known);
        }
        return known;
    }

    private ResolvedSymbol calculate(Rules rules) {
        if (rules.input()) {
            return input(rules);
        }
        if (!rules.type().isTruth()) {
            return new ValueRules(this, rules, visibility(rules)).calculate(assigned(rules.name()));
        }
        boolean module =
                rules.type() == SymbolType.TRISTATE && tristate("MODULES").isSet();
        Tristate visible = module ? visibility(rules) : visibility(rules).promoted();
        if (rules.choice().isPresent() && visible == Tristate.Y) {
            return chosen(rules, model.choice(rules.choice().get()));
        }
        return truth(rules, module, visible);
    }

    private ResolvedSymbol truth(Rules rules, boolean module, Tristate visible) {
        Tristate bound = module ? bound(rules) : bound(rules).promoted();
        boolean written = visible.isSet();
        Tristate value = Tristate.N;
        Cause cause = nothing(rules, bound, visible);
        Optional<Assignment> user = assigned(rules.name()).filter(set -> visible.isSet());
        if (user.isPresent()) {
            Tristate wanted = user.get().value().tristate();
            value = wanted.and(visible);
            cause = value == wanted ? user.get().cause() : dependency(rules, visible);
        } else {
            Optional<Conditional> first = firstDefault(rules);
            if (first.isPresent()) {
                value = first.get()
                        .value()
                        .evaluate(this)
                        .and(first.get().condition().evaluate(this));
                cause = new Cause(Cause.Kind.DEFAULT, "default " + first.get().value());
                written |= value.isSet();
            }
            Tristate implied = strongest(rules.implying());
            if (implied.isSet()) {
                written = true;
                if (implied.and(bound).compareTo(value) > 0) {
                    cause = new Cause(Cause.Kind.IMPLIED, "implied by " + names(rules.implying()));
                }
                value = value.or(implied).and(bound);
            }
        }
        Tristate selected = module
                ? strongest(rules.selectors())
                : strongest(rules.selectors()).promoted();
        if (selected.compareTo(bound) > 0) {
            unmet.add(new UnmetDependency(rules.name(), dependsText(rules), names(rules.selectors())));
        }
        if (selected.isSet()) {
            written = true;
            cause = selected.compareTo(value) > 0
                    ? new Cause(Cause.Kind.SELECTED, "selected by " + names(rules.selectors()))
                    : cause;
            value = value.or(selected);
        }
        Tristate floor = floor(rules, module, module ? value : value.promoted());
        if (floor.compareTo(value) > 0) {
            return new ResolvedSymbol(
                    rules.name(),
                    rules.type(),
                    new ConfigValue.Tri(floor),
                    true,
                    new Cause(Cause.Kind.SELECTED_ELSEWHERE, "selected by an entry outside of the DMA closure"));
        }
        Tristate result = module ? value : value.promoted();
        return new ResolvedSymbol(rules.name(), rules.type(), new ConfigValue.Tri(result), written, cause);
    }

    /** The value of a symbol that also entries outside of the closure select never falls below what the file shows. */
    private Tristate floor(Rules rules, boolean module, Tristate computed) {
        if (!rules.elsewhere()) {
            return Tristate.N;
        }
        if (given.floors().isPresent()) {
            return given.floors().get().getOrDefault(rules.name(), Tristate.N);
        }
        Tristate found =
                assigned(rules.name()).map(set -> set.value().tristate()).orElse(Tristate.N);
        Tristate possible = module ? found : found.promoted();
        if (possible.compareTo(computed) > 0) {
            floors.put(rules.name(), possible);
        }
        return possible;
    }

    private ResolvedSymbol input(Rules rules) {
        ConfigValue none = rules.type().isTruth() ? new ConfigValue.Tri(Tristate.N) : new ConfigValue.Text("");
        Optional<Assignment> set = assigned(rules.name());
        ConfigValue value = set.map(Assignment::value).orElse(none);
        Tristate bound = bound(rules).promoted();
        if (bound == Tristate.N && value.tristate().isSet()) {
            return new ResolvedSymbol(rules.name(), rules.type(), none, false, dependency(rules, bound));
        }
        Cause cause = set.map(Assignment::cause).orElse(new Cause(Cause.Kind.NOTHING, "without a value in the file"));
        return new ResolvedSymbol(rules.name(), rules.type(), value, set.isPresent(), cause);
    }

    private ResolvedSymbol chosen(Rules rules, Definition.Choice choice) {
        String member = selection(choice);
        boolean yes = member.equals(rules.name());
        String text = yes ? "chosen in its choice" : member + " is chosen in its choice";
        Cause cause = assigned(rules.name())
                .filter(set -> set.value().tristate().isSet() == yes)
                .map(Assignment::cause)
                .orElse(new Cause(Cause.Kind.CHOICE, text));
        Tristate value = yes ? Tristate.Y : Tristate.N;
        return new ResolvedSymbol(rules.name(), rules.type(), new ConfigValue.Tri(value), true, cause);
    }

    /** A request beats the file, the file beats the defaults, and the first visible member is the last resort. */
    private String selection(Definition.Choice choice) {
        List<String> visible = choice.members().stream()
                .filter(name -> model.rules(name)
                        .map(this::visibility)
                        .orElse(Tristate.N)
                        .isSet())
                .toList();
        List<String> wanted = visible.stream()
                .filter(name -> assigned(name)
                        .map(set -> set.value().tristate().isSet())
                        .orElse(false))
                .toList();
        return wanted.stream()
                .filter(name -> assigned(name).map(Assignment::override).orElse(false))
                .findFirst()
                .or(() -> wanted.stream().findFirst())
                .or(() -> choice.defaults().stream()
                        .filter(value -> value.condition().evaluate(this).isSet() && visible.contains(value.target()))
                        .map(Conditional::target)
                        .findFirst())
                .orElse(visible.get(0));
    }

    /** What is set for a symbol, if it is a value of its type; Linux's tools ignore any other with a warning. */
    private Optional<Assignment> assigned(String name) {
        return model.rules(name)
                .flatMap(rules -> given.value(name).filter(set -> rules.type().accepts(set.value())));
    }

    private Tristate visibility(Rules rules) {
        Tristate visible = Tristate.N;
        for (Definition definition : rules.definitions()) {
            if (definition.prompt().isPresent()) {
                Tristate prompt = definition.prompt().get().evaluate(this);
                visible = visible.or(prompt.and(definition.depends().evaluate(this)));
            }
        }
        return visible;
    }

    private Tristate bound(Rules rules) {
        Tristate bound = Tristate.N;
        for (Definition definition : rules.definitions()) {
            bound = bound.or(definition.depends().evaluate(this));
        }
        return bound;
    }

    /** {@return the default that applies, its condition cut to the dependencies of its entry} */
    Optional<Conditional> firstDefault(Rules rules) {
        for (Definition definition : rules.definitions()) {
            for (Conditional value : definition.defaults()) {
                Expr condition = Expr.and(value.condition(), definition.depends());
                if (condition.evaluate(this).isSet()) {
                    return Optional.of(new Conditional(value.value(), condition));
                }
            }
        }
        return Optional.empty();
    }

    private Tristate strongest(List<Incoming> incoming) {
        Tristate strongest = Tristate.N;
        for (Incoming one : incoming) {
            strongest = strongest.or(one.expression().evaluate(this));
        }
        return strongest;
    }

    private String names(List<Incoming> incoming) {
        return incoming.stream()
                .filter(one -> one.expression().evaluate(this).isSet())
                .map(Incoming::selector)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    static String dependsText(Rules rules) {
        return rules.definitions().stream().map(one -> one.depends().toString()).collect(Collectors.joining(" || "));
    }

    private static Cause dependency(Rules rules, Tristate bound) {
        return new Cause(Cause.Kind.DEPENDENCY, "depends on " + dependsText(rules) + ", which is " + bound);
    }

    private static Cause nothing(Rules rules, Tristate bound, Tristate visible) {
        if (bound == Tristate.N) {
            return dependency(rules, bound);
        }
        if (visible.isSet()) {
            return new Cause(Cause.Kind.NOTHING, "without a value in the file and without a default");
        }
        boolean selectable = !rules.selectors().isEmpty();
        return new Cause(
                Cause.Kind.NOTHING,
                selectable ? "nothing that selects it is set" : "nothing on this architecture selects it");
    }
}
