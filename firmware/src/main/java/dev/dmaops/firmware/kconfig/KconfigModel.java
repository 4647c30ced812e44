package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The symbols of one architecture and kernel version with their rules, free of cycles. */
final class KconfigModel {
    private final Map<String, Rules> symbols = new LinkedHashMap<>();
    private final Map<String, Definition.Choice> choices = new LinkedHashMap<>();

    /** Everything that is said of one symbol. */
    record Rules(String name, List<Definition> definitions, List<Incoming> selectors, List<Incoming> implying) {
        SymbolType type() {
            return definitions.get(0).type();
        }

        String file() {
            return definitions.get(0).file();
        }

        boolean input() {
            return definitions.get(0).input();
        }

        boolean hasPrompt() {
            return definitions.stream()
                    .anyMatch(definition -> definition.prompt().isPresent());
        }

        boolean elsewhere() {
            return definitions.stream().anyMatch(Definition::elsewhere);
        }

        Optional<String> choice() {
            return definitions.get(0).choice();
        }
    }

    /** A select or imply seen from its target: the selector, its {@code if}, and the dependencies of the selector's entry. */
    record Incoming(String selector, Expr condition, Expr depends) {
        Expr expression() {
            return Expr.and(reason(), depends);
        }

        /** The part that people want to read: the dependencies hold whenever the selector is set by the rules. */
        Expr reason() {
            return Expr.and(new Expr.Symbol(selector), condition);
        }
    }

    /**
     * @param origin how messages name the data
     * @throws FirmwareException if a symbol has two types or the rules of a symbol lead back to it
     */
    KconfigModel(String origin, List<Definition> definitions, List<Definition.Choice> choices) {
        for (Definition definition : definitions) {
            Rules rules = symbols.computeIfAbsent(
                    definition.symbol(),
                    name -> new Rules(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
            rules.definitions().add(definition);
            if (rules.type() != definition.type() || rules.input() != definition.input()) {
                throw new FirmwareException(
                        origin,
                        definition.symbol(),
                        "has two kinds",
                        "one type",
                        definition.type() + " too",
                        "Correct the rules");
            }
        }
        for (Definition definition : definitions) {
            definition
                    .selects()
                    .forEach(select ->
                            target(select).ifPresent(rules -> rules.selectors().add(incoming(definition, select))));
            definition
                    .implies()
                    .forEach(imply ->
                            target(imply).ifPresent(rules -> rules.implying().add(incoming(definition, imply))));
        }
        choices.forEach(choice -> this.choices.put(choice.name(), choice));
        refuseCycles(origin);
    }

    Optional<Rules> rules(String symbol) {
        return Optional.ofNullable(symbols.get(symbol));
    }

    Set<String> names() {
        return symbols.keySet();
    }

    Definition.Choice choice(String name) {
        return Objects.requireNonNull(choices.get(name), name);
    }

    /** A select of a symbol that does not exist on this architecture has no effect, as in Linux. */
    private Optional<Rules> target(Definition.Conditional reverse) {
        return rules(reverse.target());
    }

    private static Incoming incoming(Definition definition, Definition.Conditional reverse) {
        return new Incoming(definition.symbol(), reverse.condition(), definition.depends());
    }

    /** Walks the rules depth first without recursion, so that long chains cannot exhaust the stack. */
    private void refuseCycles(String origin) {
        Set<String> done = new HashSet<>();
        for (String start : symbols.keySet()) {
            Deque<Step> path = new ArrayDeque<>();
            Set<String> onPath = new LinkedHashSet<>();
            push(start, path, onPath, done);
            while (!path.isEmpty()) {
                Step step = path.peek();
                if (step.open().isEmpty()) {
                    path.pop();
                    onPath.remove(step.symbol());
                    done.add(step.symbol());
                    continue;
                }
                String next = step.open().pop();
                if (onPath.contains(next)) {
                    throw cycle(origin, next, onPath);
                }
                push(next, path, onPath, done);
            }
        }
    }

    private record Step(String symbol, Deque<String> open) {}

    private void push(String symbol, Deque<Step> path, Set<String> onPath, Set<String> done) {
        if (!done.contains(symbol)) {
            path.push(new Step(symbol, new ArrayDeque<>(restsOn(symbol))));
            onPath.add(symbol);
        }
    }

    private static FirmwareException cycle(String origin, String symbol, Set<String> path) {
        List<String> names = new ArrayList<>(path);
        List<String> loop = new ArrayList<>(names.subList(names.indexOf(symbol), names.size()));
        loop.add(symbol);
        return new FirmwareException(
                origin,
                symbol,
                "has rules that lead back to it",
                "rules without a cycle",
                String.join(" -> ", loop),
                "Break the cycle in the rules");
    }

    /** {@return every symbol whose value can influence this one's directly} */
    Set<String> restsOn(String symbol) {
        return restsOn(symbol, Incoming::expression);
    }

    /** {@return the symbols that people name when they say why this one changed} */
    Set<String> follows(String symbol) {
        return restsOn(symbol, Incoming::reason);
    }

    private Set<String> restsOn(String symbol, Function<Incoming, Expr> view) {
        Set<String> names = new LinkedHashSet<>();
        rules(symbol).ifPresent(rules -> {
            for (Definition definition : rules.definitions()) {
                names.addAll(definition.depends().symbols());
                definition.prompt().ifPresent(prompt -> names.addAll(prompt.symbols()));
                for (Definition.Conditional value : definition.defaults()) {
                    names.addAll(value.value().symbols());
                    names.addAll(value.condition().symbols());
                }
                for (Definition.Range range : definition.ranges()) {
                    names.addAll(range.low().symbols());
                    names.addAll(range.high().symbols());
                    names.addAll(range.condition().symbols());
                }
            }
            for (Incoming incoming : rules.selectors()) {
                names.addAll(view.apply(incoming).symbols());
            }
            for (Incoming incoming : rules.implying()) {
                names.addAll(view.apply(incoming).symbols());
            }
        });
        return names;
    }
}
