package dev.dmaops.selection;

import dev.dmaops.api.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Rules that answer one question, in the kernel's order.
 *
 * @param question what they answer, in words
 * @param guard whether the question comes up at all; what it looks at is nobody's input
 * @param every whether each rule that applies fires, one after the other; otherwise only the first
 * @param rules the rules in order
 */
public record RuleTable(String question, Predicate<Facts> guard, boolean every, List<Rule> rules) {
    /** Copies the list. */
    public RuleTable {
        rules = List.copyOf(rules);
    }

    /** The first rule that applies answers. */
    public static RuleTable first(String question, Rule... rules) {
        return new RuleTable(question, facts -> true, false, List.of(rules));
    }

    /** Each rule that applies adds to the answer. */
    public static RuleTable every(String question, Rule... rules) {
        return new RuleTable(question, facts -> true, true, List.of(rules));
    }

    /** The same table, for a question that comes up only sometimes. */
    public RuleTable onlyIf(Predicate<Facts> condition) {
        return new RuleTable(question, condition, every, rules);
    }

    /** Answers the question and hands over each decision. */
    void answer(Facts facts, Consumer<Decision> decisions) {
        if (!guard.test(facts)) {
            return;
        }
        for (Rule rule : rules) {
            Optional<Decision> decision = rule.apply(facts);
            decision.ifPresent(decisions);
            if (decision.isPresent() && !every) {
                return;
            }
        }
    }
}
