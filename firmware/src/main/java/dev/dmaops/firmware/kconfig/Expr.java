package dev.dmaops.firmware.kconfig;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A Kconfig expression: what stands behind {@code depends on}, {@code if} and {@code default}, and what a backend declares as
 * its gate.
 *
 * <p>{@code &&} is the smaller of two values, {@code ||} the larger, {@code !} mirrors; {@code =} and {@code !=} compare texts
 * and give {@code n} or {@code y}. A symbol that does not exist counts as {@code n}. {@code toString} prints an expression
 * with as few parentheses as it needs; what it prints can be parsed again to an equal expression.
 */
public sealed interface Expr {
    /** The values that an expression is evaluated with. */
    interface Values {
        /**
         * {@return the value of a bool or tristate symbol; {@code n} for any other and for one that does not exist}
         *
         * @param symbol the name without {@code CONFIG_}
         */
        Tristate tristate(String symbol);

        /**
         * {@return the value as a text to compare: {@code y}, {@code m}, {@code n}, or the number or string}
         *
         * @param symbol the name without {@code CONFIG_}
         */
        default String text(String symbol) {
            return tristate(symbol).toString();
        }
    }

    /**
     * One of {@code y}, {@code m}, {@code n}.
     *
     * @param value the value
     */
    record Constant(Tristate value) implements Expr {
        @Override
        public String toString() {
            return value.toString();
        }
    }

    /**
     * A number or quoted text; {@code n} where a truth value is wanted.
     *
     * @param text the text, unquoted
     */
    record Literal(String text) implements Expr {
        @Override
        public String toString() {
            return ExprParser.isNumber(text)
                    ? text
                    : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /**
     * The value of a symbol.
     *
     * @param name the name without {@code CONFIG_}
     */
    record Symbol(String name) implements Expr {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The mirror of a value.
     *
     * @param operand the mirrored expression
     */
    record Not(Expr operand) implements Expr {
        @Override
        public String toString() {
            return "!"
                    + inParentheses(
                            operand, operand instanceof And || operand instanceof Or || operand instanceof Compare);
        }
    }

    /**
     * The smaller of two values.
     *
     * @param left the first operand
     * @param right the second operand
     */
    record And(Expr left, Expr right) implements Expr {
        @Override
        public String toString() {
            return inParentheses(left, left instanceof Or) + " && "
                    + inParentheses(right, right instanceof Or || right instanceof And);
        }
    }

    /**
     * The larger of two values.
     *
     * @param left the first operand
     * @param right the second operand
     */
    record Or(Expr left, Expr right) implements Expr {
        @Override
        public String toString() {
            return left + " || " + inParentheses(right, right instanceof Or);
        }
    }

    /**
     * A comparison of two texts.
     *
     * @param left a symbol, constant or literal
     * @param equal true for {@code =}, false for {@code !=}
     * @param right a symbol, constant or literal
     */
    record Compare(Expr left, boolean equal, Expr right) implements Expr {
        @Override
        public String toString() {
            return left + (equal ? " = " : " != ") + right;
        }
    }

    /** {@return the expression that is always {@code y}: what a missing condition means} */
    static Expr always() {
        return new Constant(Tristate.Y);
    }

    /**
     * {@return the expression that a text holds}
     *
     * @param text such as {@code SWIOTLB_XEN && (ARM || ARM64)}
     * @throws dev.dmaops.firmware.FirmwareException if the text is no expression, or is nested deeper than 100 levels or
     *     longer than 1000 words
     */
    static Expr parse(String text) {
        return ExprParser.parse("expression", "", text);
    }

    /**
     * {@return both expressions joined by {@code &&}, without needless {@code y} and parentheses}
     *
     * @param left the first operand
     * @param right the second operand
     */
    static Expr and(Expr left, Expr right) {
        if (left.equals(always())) {
            return right;
        }
        if (right instanceof And(Expr first, Expr second)) {
            return and(and(left, first), second);
        }
        return right.equals(always()) ? left : new And(left, right);
    }

    /**
     * {@return the value of this expression}
     *
     * @param values the values of the symbols
     */
    default Tristate evaluate(Values values) {
        return switch (this) {
            case Constant(Tristate value) -> value;
            case Literal ignored -> Tristate.N;
            case Symbol(String name) -> values.tristate(name);
            case Not(Expr operand) -> operand.evaluate(values).not();
            case And(Expr left, Expr right) -> left.evaluate(values).and(right.evaluate(values));
            case Or(Expr left, Expr right) -> left.evaluate(values).or(right.evaluate(values));
            case Compare(Expr left, boolean equal, Expr right) ->
                left.text(values).equals(right.text(values)) == equal ? Tristate.Y : Tristate.N;
        };
    }

    /**
     * {@return the value of this expression as a text: what {@code =} compares and what the default of a number is}
     *
     * @param values the values of the symbols
     */
    default String text(Values values) {
        return switch (this) {
            case Literal(String text) -> text;
            case Symbol(String name) -> values.text(name);
            default -> evaluate(values).toString();
        };
    }

    /** {@return every symbol that occurs, in the order of first occurrence} */
    default Set<String> symbols() {
        Set<String> names = new LinkedHashSet<>();
        collect(names);
        return names;
    }

    private void collect(Set<String> names) {
        switch (this) {
            case Constant ignored -> {}
            case Literal ignored -> {}
            case Symbol(String name) -> names.add(name);
            case Not(Expr operand) -> operand.collect(names);
            case And(Expr left, Expr right) -> {
                left.collect(names);
                right.collect(names);
            }
            case Or(Expr left, Expr right) -> {
                left.collect(names);
                right.collect(names);
            }
            case Compare(Expr left, boolean ignored, Expr right) -> {
                left.collect(names);
                right.collect(names);
            }
        }
    }

    private static String inParentheses(Expr expr, boolean needed) {
        return needed ? "(" + expr + ")" : expr.toString();
    }
}
