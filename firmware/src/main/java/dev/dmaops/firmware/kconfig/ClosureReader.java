package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads rules written in this project's own notation, for one architecture and kernel version.
 *
 * <pre>{@code
 * source drivers/xen/Kconfig          the kernel file that the following symbols are from
 * if XEN                              … end: adds a dependency to everything between
 * [x86 6.1..6.11] bool XEN_PV         a symbol; the scope in brackets is optional on every line
 *     prompt if EXPR                  the user is asked (if …)
 *     default EXPR if EXPR            the first default whose condition holds
 *     depends EXPR                    several are joined by &&
 *     select NAME if EXPR             also: imply NAME if EXPR
 *     range LOW HIGH if EXPR
 *     elsewhere                       entries outside of these rules select it too
 * input bool PCI ACPI                 symbols whose value is read from the file, only bounded by depends
 * choice NAME                         … end: exactly one of the symbols between is y
 * }</pre>
 *
 * A scope names architectures ({@code x86}, {@code x86_64}, {@code x86_32}, {@code arm}, {@code arm64}), of which one must
 * match, and at most one span of versions {@code FIRST..LAST}, both included, either end may be missing. A line out of scope
 * is skipped; with a symbol its whole entry is.
 */
final class ClosureReader {
    private final String origin;
    private final RuleScope scope;
    private final List<Definition> definitions = new ArrayList<>();
    private final List<Definition.Choice> choices = new ArrayList<>();
    private final Deque<Block> blocks = new ArrayDeque<>();
    private List<DefinitionBuilder> entry = List.of();
    private boolean skipping;
    private String file = "";
    private String location = "";

    /** An open if or choice. */
    private record Block(Expr depends, Optional<ChoiceBuilder> choice) {}

    /** A choice whose members are still being read. */
    private static final class ChoiceBuilder {
        final String name;
        Expr depends;
        final List<Definition.Conditional> defaults = new ArrayList<>();
        final List<String> members = new ArrayList<>();

        ChoiceBuilder(String name, Expr depends) {
            this.name = name;
            this.depends = depends;
        }
    }

    private ClosureReader(String origin, RuleScope scope) {
        this.origin = origin;
        this.scope = scope;
    }

    /**
     * @param origin how messages name the rules
     * @throws FirmwareException if a line cannot be understood or the rules contain a cycle
     */
    static KconfigModel read(String origin, String text, KernelArchitecture architecture, KernelVersion version) {
        ClosureReader reader = new ClosureReader(origin, new RuleScope(architecture, version));
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            reader.location = "line " + ++number;
            int comment = line.indexOf('#');
            String rule = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!rule.isEmpty()) {
                reader.scoped(rule);
            }
        }
        if (!reader.blocks.isEmpty()) {
            throw reader.bad("end for each if and choice", "the end of the rules");
        }
        reader.finishEntry();
        return new KconfigModel(origin, reader.definitions, reader.choices);
    }

    private void scoped(String line) {
        if (!line.startsWith("[")) {
            rule(line, true);
            return;
        }
        int end = line.indexOf(']');
        if (end < 0) {
            throw bad("] after the scope", line);
        }
        boolean inScope = scope.matches(line.substring(1, end)).orElseThrow(() -> bad("a scope", line));
        rule(line.substring(end + 1).strip(), inScope);
    }

    private void rule(String rule, boolean inScope) {
        String[] parts = rule.split("\\s+", 2);
        String rest = parts.length == 1 ? "" : parts[1];
        switch (parts[0]) {
            case "source" -> file = rest;
            case "if" -> {
                finishEntry();
                blocks.push(new Block(Expr.and(depends(), inScope ? expr(rest) : Expr.always()), Optional.empty()));
            }
            case "choice" -> {
                finishEntry();
                blocks.push(new Block(depends(), Optional.of(new ChoiceBuilder(rest, depends()))));
            }
            case "end" -> close();
            case "input" -> {
                String[] typed = rest.split("\\s+", 2);
                begin(typed[0], typed.length == 1 ? "" : typed[1], true, inScope);
            }
            case "bool", "tristate", "int", "hex", "string" -> begin(parts[0], rest, false, inScope);
            default -> property(parts[0], rest, inScope && !skipping);
        }
    }

    private void close() {
        finishEntry();
        if (blocks.isEmpty()) {
            throw bad("an open if or choice", "end");
        }
        blocks.pop()
                .choice()
                .ifPresent(choice -> choices.add(new Definition.Choice(
                        choice.name, choice.depends, List.copyOf(choice.defaults), List.copyOf(choice.members))));
    }

    private Expr depends() {
        return blocks.isEmpty()
                ? Expr.always()
                : blocks.peek()
                        .choice()
                        .map(choice -> choice.depends)
                        .orElse(blocks.peek().depends());
    }

    private Optional<ChoiceBuilder> choice() {
        return blocks.isEmpty() ? Optional.empty() : blocks.peek().choice();
    }

    private void begin(String type, String names, boolean input, boolean inScope) {
        finishEntry();
        skipping = !inScope;
        if (skipping) {
            return;
        }
        SymbolType symbolType = switch (type) {
            case "bool" -> SymbolType.BOOL;
            case "tristate" -> SymbolType.TRISTATE;
            case "int" -> SymbolType.INT;
            case "hex" -> SymbolType.HEX;
            case "string" -> SymbolType.STRING;
            default -> throw bad("bool, tristate, int, hex or string", type);
        };
        if (names.isEmpty() || file.isEmpty() || (!input && names.contains(" "))) {
            throw bad(file.isEmpty() ? "source before the first symbol" : "one symbol", names);
        }
        List<DefinitionBuilder> begun = new ArrayList<>();
        for (String name : names.split("\\s+", -1)) {
            begun.add(new DefinitionBuilder(name, symbolType, input, file, depends(), choice().map(c -> c.name)));
            choice().ifPresent(choice -> choice.members.add(name));
        }
        entry = begun;
    }

    private void property(String keyword, String rest, boolean inScope) {
        String[] parts = rest.startsWith("if ") ? new String[] {"", rest.substring(3)} : rest.split("\\s+if\\s+", 2);
        boolean known = switch (keyword) {
            case "prompt", "default", "depends", "select", "imply", "range", "elsewhere" -> true;
            default -> false;
        };
        if (!known) {
            throw bad("a rule", keyword);
        }
        if (!inScope) {
            return;
        }
        Expr condition = parts.length == 1 ? Expr.always() : expr(parts[1]);
        if (entry.isEmpty()) {
            choiceProperty(keyword, parts[0], condition);
            return;
        }
        for (DefinitionBuilder builder : entry) {
            switch (keyword) {
                case "prompt" -> builder.prompt = Optional.of(condition);
                case "default" -> builder.defaults.add(new Definition.Conditional(expr(parts[0]), condition));
                case "depends" -> builder.depends = Expr.and(builder.depends, expr(rest));
                case "select" -> builder.selects.add(new Definition.Conditional(symbol(parts[0]), condition));
                case "imply" -> builder.implies.add(new Definition.Conditional(symbol(parts[0]), condition));
                case "range" -> builder.ranges.add(range(parts[0], condition));
                default -> builder.elsewhere = true;
            }
        }
    }

    private void choiceProperty(String keyword, String value, Expr condition) {
        ChoiceBuilder choice = choice().orElseThrow(() -> bad("a symbol before its rules", keyword));
        switch (keyword) {
            case "depends" -> choice.depends = Expr.and(choice.depends, expr(value));
            case "default" -> choice.defaults.add(new Definition.Conditional(symbol(value), condition));
            default -> throw bad("depends or default in a choice", keyword);
        }
    }

    private Definition.Range range(String text, Expr condition) {
        String[] ends = text.split("\\s+", -1);
        if (ends.length != 2) {
            throw bad("range LOW HIGH", text);
        }
        return new Definition.Range(expr(ends[0]), expr(ends[1]), condition);
    }

    private Expr symbol(String text) {
        return expr(text) instanceof Expr.Symbol symbol ? symbol : symbolExpected(text);
    }

    private Expr symbolExpected(String text) {
        throw bad("a symbol", text);
    }

    private void finishEntry() {
        entry.forEach(builder -> definitions.add(builder.build()));
        entry = List.of();
        skipping = false;
    }

    private Expr expr(String text) {
        return ExprParser.parse(origin, location, text);
    }

    private FirmwareException bad(String expected, String found) {
        return new FirmwareException(
                origin, location, "cannot read the Kconfig rule", expected, "\"" + found + "\"", "Correct the line");
    }
}
