package dev.dmaops.api;

import java.util.List;

/**
 * One step of a choice: the rule that fired, what it saw, and what followed.
 *
 * @param rule stable id of the rule
 * @param because why the rule applies, in words
 * @param inputs the facts it looked at, with where each came from
 * @param outcome what it decided
 */
public record Decision(String rule, String because, List<DecisionInput> inputs, String outcome) {
    /** Copies the list. */
    public Decision {
        inputs = List.copyOf(inputs);
    }
}
