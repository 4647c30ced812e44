package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.kconfig.KconfigModel.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what an expression lacks. It follows only the parts that fail, and each symbol once. */
final class Explainer {
    private final ResolvedConfig config;
    private final Set<String> explained = new HashSet<>();
    private final Map<String, Boolean> possible = new HashMap<>();

    private Explainer(ResolvedConfig config) {
        this.config = config;
    }

    /** @param expr an expression whose value is n */
    static Shortfall whyNot(ResolvedConfig config, Expr expr) {
        return new Explainer(config).explain(expr);
    }

    private Shortfall explain(Expr expr) {
        return switch (expr) {
            case Expr.Symbol(String name) -> symbol(name);
            case Expr.And and -> all(and, failing(flatten(and, true)));
            case Expr.Or or -> any(or.toString(), "", flatten(or, false));
            case Expr.Not(Expr operand) ->
                leaf(expr.toString(), operand + " is " + operand.evaluate(config) + origin(operand));
            case Expr.Compare(Expr left, boolean ignored, Expr right) ->
                leaf(expr.toString(), left + " is " + left.text(config) + ", " + right + " is " + right.text(config));
            case Expr.Constant ignored -> leaf("n", "never");
            case Expr.Literal literal -> leaf(literal.toString(), "is no truth value");
        };
    }

    /** If a part can never hold on this architecture, nothing else is worth telling. What a part before asks for is told. */
    private Shortfall all(Expr expr, List<Expr> failing) {
        List<Expr> impossible = failing.stream().filter(part -> !canExist(part)).toList();
        List<Shortfall> needs = new ArrayList<>();
        for (Expr part : impossible.isEmpty() ? failing : impossible) {
            Shortfall need = explain(part);
            boolean told =
                    need.needs().isEmpty() && needs.stream().anyMatch(before -> before.requires(need.expression()));
            if (!told) {
                needs.add(need);
            }
        }
        return needs.size() == 1 ? needs.get(0) : new Shortfall(expr.toString(), "", false, needs);
    }

    /**
     * Alternatives that only exist on other architectures are no advice, unless there is nothing else to say; nor are those
     * that need a symbol which alone would do.
     */
    private Shortfall any(String expression, String reason, List<Expr> alternatives) {
        List<Expr> possible = alternatives.stream().filter(this::canExist).toList();
        List<Shortfall> needs = new ArrayList<>();
        for (Expr alternative : possible.isEmpty() ? alternatives : possible) {
            Shortfall need = explain(alternative);
            boolean longWay =
                    needs.stream().anyMatch(before -> before.needs().isEmpty() && need.requires(before.expression()));
            if (!longWay) {
                needs.add(need);
            }
        }
        return needs.size() == 1 && reason.isEmpty() ? needs.get(0) : new Shortfall(expression, reason, true, needs);
    }

    private Shortfall symbol(String name) {
        ResolvedSymbol symbol = config.symbol(name);
        String head = name + " is " + symbol.value().tristate();
        if (symbol.cause().kind() == Cause.Kind.UNDEFINED) {
            return leaf(name, "no such symbol on " + config.architecture() + " in Linux " + config.version());
        }
        if (!explained.add(name)) {
            return leaf(name, head + ", see above");
        }
        Rules rules = config.rules(name).orElse(null);
        if (rules == null) {
            return leaf(name, head + ", " + symbol.cause().text());
        }
        return switch (symbol.cause().kind()) {
            case DEPENDENCY -> needing(name, head + ": " + symbol.cause().text(), dependency(rules));
            case DEFAULT -> {
                Expr value = rules.definitions().get(0).defaults().stream()
                        .map(Definition.Conditional::value)
                        .filter(one ->
                                one.toString().equals(symbol.cause().text().substring("default ".length())))
                        .findFirst()
                        .orElse(Expr.always());
                yield value.symbols().isEmpty()
                        ? leaf(name, head + ", its default; not in the file")
                        : needing(name, head + ": " + symbol.cause().text(), value);
            }
            case NOTHING -> nothing(rules, head, symbol.cause().text());
            default -> leaf(name, head + ", " + symbol.cause().text());
        };
    }

    private Shortfall nothing(Rules rules, String head, String cause) {
        List<Expr> ways = new ArrayList<>();
        if (!rules.input() && !rules.hasPrompt()) {
            rules.selectors().forEach(selector -> ways.add(selector.reason()));
            rules.definitions()
                    .forEach(definition -> definition.defaults().forEach(value -> ways.add(value.condition())));
        }
        return ways.isEmpty() ? leaf(rules.name(), head + ", " + cause) : any(rules.name(), head + ": " + cause, ways);
    }

    private Shortfall needing(String name, String reason, Expr expr) {
        return new Shortfall(name, reason, false, List.of(explain(expr)));
    }

    private static Expr dependency(Rules rules) {
        return rules.definitions().stream()
                .map(Definition::depends)
                .reduce(Expr.Or::new)
                .orElse(Expr.always());
    }

    private List<Expr> failing(List<Expr> parts) {
        return parts.stream().filter(part -> !part.evaluate(config).isSet()).toList();
    }

    /** Whether anything that can be set on this architecture could make an expression hold that is n now. */
    private boolean canExist(Expr expr) {
        return switch (expr) {
            case Expr.Symbol(String name) -> canExist(name);
            case Expr.And and -> failing(flatten(and, true)).stream().allMatch(this::canExist);
            case Expr.Or or -> flatten(or, false).stream().anyMatch(this::canExist);
            default -> true;
        };
    }

    private boolean canExist(String name) {
        Boolean known = possible.get(name);
        if (known == null) {
            ResolvedSymbol symbol = config.symbol(name);
            known = switch (symbol.cause().kind()) {
                case UNDEFINED -> false;
                case DEPENDENCY ->
                    config.rules(name).map(rules -> canExist(dependency(rules))).orElse(true);
                default -> true;
            };
            possible.put(name, known);
        }
        return known;
    }

    private String origin(Expr operand) {
        return operand instanceof Expr.Symbol(String name)
                ? ", " + config.symbol(name).cause().text()
                : "";
    }

    private static List<Expr> flatten(Expr expr, boolean and) {
        List<Expr> parts = new ArrayList<>();
        flatten(expr, and, parts);
        return parts;
    }

    private static void flatten(Expr expr, boolean and, List<Expr> parts) {
        if (and && expr instanceof Expr.And(Expr left, Expr right)) {
            flatten(left, true, parts);
            flatten(right, true, parts);
        } else if (!and && expr instanceof Expr.Or(Expr left, Expr right)) {
            flatten(left, false, parts);
            flatten(right, false, parts);
        } else {
            parts.add(expr);
        }
    }

    private static Shortfall leaf(String expression, String reason) {
        return new Shortfall(expression, reason, false, List.of());
    }
}
