package dev.dmaops.firmware.kconfig;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why an expression is {@code n}: the part of it that fails, down to the symbols that somebody has to change.
 *
 * @param expression the failing expression or symbol
 * @param reason what was found, with its origin, for people
 * @param anyOf true if one of {@code needs} is enough, false if all are needed; of no meaning without needs
 * @param needs the failing parts below; empty if this is a symbol to change
 */
public record Shortfall(String expression, String reason, boolean anyOf, List<Shortfall> needs) {
    /** Copies the list. */
    public Shortfall {
        needs = List.copyOf(needs);
    }

    /** {@return the symbols (or negated symbols) at the leaves, each once, in the order of the explanation} */
    public List<String> missing() {
        Set<String> leaves = new LinkedHashSet<>();
        collect(leaves);
        return List.copyOf(leaves);
    }

    /** {@return the leaves as a sentence part: {@code XEN_PV}, {@code ARM or ARM64}, {@code XEN and (ARM or ARM64)}} */
    public String summary() {
        if (needs.isEmpty()) {
            return expression;
        }
        if (needs.size() == 1) {
            return needs.get(0).summary();
        }
        return needs.stream()
                .map(need -> need.isCompound() ? "(" + need.summary() + ")" : need.summary())
                .distinct()
                .collect(Collectors.joining(anyOf ? " or " : " and "));
    }

    private boolean isCompound() {
        return needs.size() > 1 || (needs.size() == 1 && needs.get(0).isCompound());
    }

    /** {@return whether this cannot be cured without a change of one symbol} */
    boolean requires(String symbol) {
        if (needs.isEmpty()) {
            return expression.equals(symbol);
        }
        return anyOf
                ? needs.stream().allMatch(need -> need.requires(symbol))
                : needs.stream().anyMatch(need -> need.requires(symbol));
    }

    private void collect(Set<String> leaves) {
        if (needs.isEmpty()) {
            leaves.add(expression);
        }
        needs.forEach(need -> need.collect(leaves));
    }
}
