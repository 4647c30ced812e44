package dev.dmaops.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
    private static final Fact<Boolean> LARGE = Fact.flag("ram.large");
    private static final Fact<Boolean> POOL = Fact.flag("pool");
    private static final Fact<Long> LIMIT = Fact.address("limit", 0xfffL);

    private static final KernelConfigView CONFIG = new KernelConfigView() {
        @Override
        public boolean enabled(String symbol) {
            return symbol.equals("SWIOTLB");
        }

        @Override
        public String value(String symbol) {
            return enabled(symbol) ? "y" : "absent";
        }

        @Override
        public String origin(String symbol) {
            return "test.config:7";
        }
    };

    private final Facts facts = new Facts(new Sourced<>(KernelVersion.of(6, 12), "board.conf:1"), CONFIG);

    @Test
    void aDecisionHoldsWhatTheRuleLookedAtAndWhereItCameFrom() {
        facts.give(LARGE, true, "memory map");

        Decision decision = fire(Rule.named("test.pool", "kernel/dma/swiotlb.c")
                .when(f -> f.is(LARGE) && f.config("SWIOTLB"))
                .because(f -> "RAM ends at 0x" + Long.toHexString(f.get(LIMIT)) + ".")
                .then(POOL, true, "a pool"));

        assertThat(decision)
                .isEqualTo(new Decision(
                        "test.pool",
                        "RAM ends at 0xfff.",
                        List.of(
                                new DecisionInput("ram.large", "yes", "memory map"),
                                new DecisionInput("kernel.SWIOTLB", "y", "test.config:7"),
                                new DecisionInput("limit", "0xfff", "default")),
                        "a pool"));
        assertThat(facts.is(POOL)).isTrue();
    }

    @Test
    void aRuleThatDoesNotApplyChangesNothing() {
        Optional<Decision> decision = Rule.named("test.no", "x")
                .when(f -> f.is(LARGE))
                .then(POOL, true, "a pool")
                .apply(facts);

        assertThat(decision).isEmpty();
        assertThat(facts.is(POOL)).isFalse();
    }

    @Test
    void aConcludedFactNamesItsRuleAsOrigin() {
        fire(Rule.named("test.first", "x").then(POOL, true, "a pool"));

        Decision second =
                fire(Rule.named("test.second", "x").when(f -> f.is(POOL)).then("seen"));

        assertThat(second.inputs()).containsExactly(new DecisionInput("pool", "yes", "rule test.first"));
    }

    @Test
    void whatOtherRulesLookedAtIsNoInput() {
        Rule.named("test.other", "x").when(f -> f.is(LARGE)).then("never").apply(facts);

        assertThat(fire(Rule.named("test.always", "x").then("done")).inputs()).isEmpty();
    }

    @Test
    void theKernelIsAnInputOfARuleThatNotAllKernelsHave() {
        assertThat(fire(Rule.named("test.new", "x").since(6, 12).then("done")).inputs())
                .containsExactly(new DecisionInput("kernel.version", "6.12", "board.conf:1"));
    }

    @Test
    void factsOfADeviceLieOverThoseOfItsSystem() {
        facts.give(LARGE, true, "memory map");
        Facts device = facts.over();
        device.give(LARGE, false, "device");

        assertThat(device.is(LARGE)).isFalse();
        assertThat(facts.is(LARGE)).isTrue();
        assertThat(device.over().is(LARGE)).isFalse();
    }

    @Test
    void onlyTheFirstRuleThatAppliesAnswers() {
        assertThat(answers(RuleTable.first("Which?", rule("a", false), rule("b", true), rule("c", true))))
                .containsExactly("test.b");
    }

    @Test
    void everyRuleThatAppliesAdds() {
        assertThat(answers(RuleTable.every("Who?", rule("a", true), rule("b", false), rule("c", true))))
                .containsExactly("test.a", "test.c");
    }

    @Test
    void aQuestionThatDoesNotComeUpHasNoAnswer() {
        assertThat(answers(RuleTable.first("Which?", rule("a", true)).onlyIf(f -> f.peek(LARGE))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "6.1,false,true",
        "6.11,false,true",
        "6.11.99,false,true",
        "6.12.0,true,false",
        "6.12,true,false",
        "6.18.35,true,false"
    })
    void aSpanBeginsWithTheFirstPatchAndEndsWithTheLast(String kernel, boolean since, boolean until) {
        KernelVersion version = KernelVersion.parse(kernel).orElseThrow();

        assertThat(KernelSpan.ALL.since(6, 12).contains(version)).isEqualTo(since);
        assertThat(KernelSpan.ALL.until(6, 11).contains(version)).isEqualTo(until);
        assertThat(KernelSpan.ALL.contains(version)).isTrue();
    }

    @Test
    void aSpanReadsAsPeopleSayIt() {
        assertThat(KernelSpan.ALL).hasToString("all kernels");
        assertThat(KernelSpan.ALL.since(6, 12)).hasToString("since 6.12");
        assertThat(KernelSpan.ALL.until(6, 11)).hasToString("until 6.11");
        assertThat(KernelSpan.ALL.since(5, 19).until(6, 5)).hasToString("since 5.19 until 6.5");
    }

    private Decision fire(Rule rule) {
        return rule.apply(facts).orElseThrow();
    }

    private List<String> answers(RuleTable table) {
        List<String> fired = new ArrayList<>();
        table.answer(facts, decision -> fired.add(decision.rule()));
        return fired;
    }

    private static Rule rule(String name, boolean applies) {
        return Rule.named("test." + name, "x").when(f -> applies).then("done");
    }
}
