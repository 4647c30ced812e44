package dev.dmaops.selection;

import dev.dmaops.api.Decision;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One step of the kernel's procedure, as data: when it applies, and what follows.
 *
 * <p>The id is stable: it is printed in explanations, referred to by tests, and never reused for another step.
 *
 * @param id lower-case words with dots and hyphens, such as {@code arm64.pool.kmalloc}
 * @param kernels the kernels that have it
 * @param source the kernel file that does it
 * @param when whether it applies; looks only at facts
 * @param because why it applied, in a sentence for a kernel engineer
 * @param then draws the conclusions and says in a few words what they are
 */
public record Rule(
        String id,
        KernelSpan kernels,
        String source,
        Predicate<Facts> when,
        Function<Facts, String> because,
        Function<Facts, String> then) {
    /** Starts a rule. */
    public static Draft named(String id, String source) {
        return new Draft(id, source, KernelSpan.ALL, facts -> true, facts -> "");
    }

    /**
     * Tries the rule.
     *
     * @return what it decided; empty if it does not apply, and then nothing has changed
     */
    Optional<Decision> apply(Facts facts) {
        if (!kernels.contains(facts.kernel())) {
            return Optional.empty();
        }
        facts.begin(id);
        if (!kernels.equals(KernelSpan.ALL)) {
            facts.seeKernel();
        }
        if (!when.test(facts)) {
            return Optional.empty();
        }
        // The sentence speaks of what the rule found, not of what it leaves behind.
        String reason = because.apply(facts);
        String outcome = then.apply(facts);
        return Optional.of(new Decision(id, reason, facts.looked(), outcome));
    }

    /**
     * A rule in the making.
     *
     * @param id see {@link Rule}
     * @param source see there
     * @param kernels see there
     * @param when see there
     * @param because see there
     */
    public record Draft(
            String id, String source, KernelSpan kernels, Predicate<Facts> when, Function<Facts, String> because) {
        /** Limits the rule to this release and later ones. */
        public Draft since(int major, int minor) {
            return new Draft(id, source, kernels.since(major, minor), when, because);
        }

        /** Limits the rule to releases up to this one, with all its patches. */
        public Draft until(int major, int minor) {
            return new Draft(id, source, kernels.until(major, minor), when, because);
        }

        /** Says when the rule applies; without this it always does. */
        public Draft when(Predicate<Facts> condition) {
            return new Draft(id, source, kernels, condition, because);
        }

        /** Says why. */
        public Draft because(String reason) {
            return new Draft(id, source, kernels, when, facts -> reason);
        }

        /** Says why, with values. */
        public Draft because(Function<Facts, String> reason) {
            return new Draft(id, source, kernels, when, reason);
        }

        /** Draws the conclusions; what the function returns is the outcome in words. */
        public Rule then(Function<Facts, String> conclusion) {
            return new Rule(id, kernels, source, when, because, conclusion);
        }

        /** Concludes one fact. */
        public <T> Rule then(Fact<T> fact, T value, String outcome) {
            return then(facts -> {
                facts.set(fact, value);
                return outcome;
            });
        }

        /** Concludes nothing new: things stay as they are. */
        public Rule then(String outcome) {
            return then(facts -> outcome);
        }
    }
}
