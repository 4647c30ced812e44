package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses Kconfig expressions by recursive descent: {@code ||} binds weakest, then {@code &&}, {@code !}, and the comparisons.
 * Depth and length are bounded, so that no text can exhaust the stack.
 */
final class ExprParser {
    private static final Pattern WORD =
            Pattern.compile("\\s*(&&|\\|\\||!=|[()!=]|\"(?:[^\"\\\\]|\\\\.)*\"|-?[A-Za-z0-9_]+)");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+|0[xX][0-9a-fA-F]+");
    private static final int MAX_WORDS = 1000;
    private static final int MAX_DEPTH = 100;

    private final String origin;
    private final String location;
    private final List<String> words;
    private int next;
    private int depth;

    private ExprParser(String origin, String location, List<String> words) {
        this.origin = origin;
        this.location = location;
        this.words = words;
    }

    static Expr parse(String origin, String location, String text) {
        ExprParser parser = new ExprParser(origin, location, split(origin, location, text));
        Expr expr = parser.or();
        if (parser.next < parser.words.size()) {
            throw parser.unexpected("&&, || or the end");
        }
        return expr;
    }

    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    private static List<String> split(String origin, String location, String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        int at = 0;
        while (at < text.length() && !text.substring(at).isBlank()) {
            if (!word.find(at) || word.start() != at || words.size() == MAX_WORDS) {
                throw bad(
                        origin,
                        location,
                        words.size() == MAX_WORDS ? "at most " + MAX_WORDS + " words" : "a symbol or an operator",
                        "\"" + shown(text.substring(at).strip()) + "\"");
            }
            words.add(word.group(1));
            at = word.end();
        }
        return words;
    }

    private Expr or() {
        Expr left = and();
        while (take("||")) {
            left = new Expr.Or(left, and());
        }
        return left;
    }

    private Expr and() {
        Expr left = unary();
        while (take("&&")) {
            left = new Expr.And(left, unary());
        }
        return left;
    }

    private Expr unary() {
        if (++depth > MAX_DEPTH) {
            throw bad(origin, location, "at most " + MAX_DEPTH + " levels of ! and parentheses", "more");
        }
        Expr expr;
        if (take("!")) {
            expr = new Expr.Not(unary());
        } else if (take("(")) {
            expr = or();
            if (!take(")")) {
                throw unexpected(")");
            }
        } else {
            expr = comparison();
        }
        depth--;
        return expr;
    }

    private Expr comparison() {
        Expr left = operand();
        if (take("=")) {
            return new Expr.Compare(left, true, operand());
        }
        return take("!=") ? new Expr.Compare(left, false, operand()) : left;
    }

    private Expr operand() {
        String word = next < words.size() ? words.get(next) : "";
        if (word.startsWith("\"")) {
            next++;
            return new Expr.Literal(word.substring(1, word.length() - 1).replaceAll("\\\\(.)", "$1"));
        }
        if (word.isEmpty() || !(Character.isLetterOrDigit(word.charAt(0)) || isNumber(word) || word.charAt(0) == '_')) {
            throw unexpected("a symbol");
        }
        next++;
        if (isNumber(word)) {
            return new Expr.Literal(word);
        }
        return Tristate.of(word).<Expr>map(Expr.Constant::new).orElseGet(() -> new Expr.Symbol(word));
    }

    private boolean take(String word) {
        if (next < words.size() && words.get(next).equals(word)) {
            next++;
            return true;
        }
        return false;
    }

    private FirmwareException unexpected(String expected) {
        String found = next < words.size() ? "\"" + shown(words.get(next)) + "\"" : "its end";
        return bad(origin, location, expected, found);
    }

    private static FirmwareException bad(String origin, String location, String expected, String found) {
        return new FirmwareException(
                origin,
                location,
                "cannot read the Kconfig expression",
                expected,
                found,
                "Write symbols joined by &&, ||, !, = and !=, such as XEN && (ARM || ARM64)");
    }

    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 40 ? printable : printable.substring(0, 40) + "…";
    }
}
