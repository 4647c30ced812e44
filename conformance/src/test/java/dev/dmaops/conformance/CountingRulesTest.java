package dev.dmaops.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Nothing;
import dev.dmaops.conformance.row.Row;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CountingRulesTest {
    private static Answer oneAndTwo(Row row) {
        return Answer.observed().put("a", 1L).put("b", "0x2");
    }

    private static FileOutcome play(Function<Row, Answer> answers, Object... row) {
        return new ScriptedRecording(answers).row(row).count(10);
    }

    @Test
    void rowMatchesOnlyIfAllItsResultsAreEqual() {
        FileOutcome outcome = new ScriptedRecording(CountingRulesTest::oneAndTwo)
                .row("a", 1L, "b", "0x2")
                .row("a", 1L, "b", "0x3")
                .row("a", 2L, "b", "0x2")
                .row("a", 1L)
                .count(10);

        assertThat(outcome.line()).isEqualTo("script: checked=4 matched=2 mismatched=2 skipped=0");
        assertThat(outcome.mismatches())
                .extracting(Mismatch::toString)
                .containsExactly("line 2 op: b expected=0x3 actual=0x2", "line 3 op: a expected=2 actual=1");
        assertThat(outcome.mismatchedBy()).isEqualTo(Map.of("op: a", 1L, "op: b", 1L));
    }

    @Test
    void recordedResultThatWeDoNotGiveIsAMismatch() {
        assertThat(play(row -> Answer.observed(), "a", 1L).mismatches())
                .extracting(Mismatch::toString)
                .containsExactly("line 1 op: a expected=1 actual=(none)");
    }

    @Test
    void addressesAreEqualByValueAndNumbersDifferFromTexts() {
        assertThat(play(CountingRulesTest::oneAndTwo, "b", "0x0002").matched()).isEqualTo(1);
        assertThat(play(CountingRulesTest::oneAndTwo, "a", "1").mismatched()).isEqualTo(1);
        assertThat(play(row -> Answer.observed().put("a", Nothing.NULL), "a", Nothing.NULL)
                        .matched())
                .isEqualTo(1);
    }

    @Test
    void rowWithoutResultsIsInNoCount() {
        FileOutcome outcome = play(CountingRulesTest::oneAndTwo, "in", 5L);
        assertThat(outcome.checked()).isZero();
        assertThat(outcome.skipped()).isZero();
        assertThat(outcome.isFinding()).as("nothing compared").isTrue();
    }

    @Test
    void failureThatIsNotRecordedIsAMismatchEvenWithoutResults() {
        assertThat(play(row -> Answer.observed().put("err", "NULL"), "in", 5L).mismatched())
                .isEqualTo(1);
    }

    @Test
    void rowThatTheKernelNeverExecutedIsInNoCountAndNotPlayed() {
        FileOutcome outcome = new ScriptedRecording(row -> {
                    throw new AssertionError("played");
                })
                .row("in", 1L, "a", 1L, "bad", true)
                .count(10);
        assertThat(outcome.checked() + outcome.skipped()).isZero();
    }

    @Test
    void whereTheKernelHitABugWeMustRefuseWithAUsageError() {
        Function<Row, Answer> refuses = row -> {
            throw new DmaUsageException(DmaErrorCode.INVALID_SIZE, "no");
        };
        assertThat(play(refuses, "in", 1L, "oops", true).matched()).isEqualTo(1);
        assertThat(play(CountingRulesTest::oneAndTwo, "in", 1L, "oops", true).mismatched())
                .isEqualTo(1);
        assertThat(play(refuses, "in", 1L, "a", 1L).mismatched())
                .as("a usage error that the kernel did not have")
                .isEqualTo(1);
    }

    @Test
    void faultOfOursIsAMismatchThatNamesIt() {
        FileOutcome outcome = play(
                row -> {
                    throw new IllegalStateException("broken");
                },
                "a",
                1L);
        assertThat(outcome.mismatches().getFirst().toString()).contains("IllegalStateException: broken");
    }

    @Test
    void rowThatCannotBeComparedIsSkippedUnderItsCause() {
        FileOutcome outcome = new ScriptedRecording(row -> Answer.skipped("backend xyz is not built"))
                .row("a", 1L)
                .row("a", 2L)
                .row("in", 1L)
                .count(10);
        assertThat(outcome.skipped()).isEqualTo(2);
        assertThat(outcome.checked()).isZero();
        assertThat(outcome.skippedBy()).isEqualTo(Map.of("backend xyz is not built", 2L));
    }

    @Test
    void unknownKindsAndFieldsAreSkipped() {
        FileOutcome outcome = new ScriptedRecording(CountingRulesTest::oneAndTwo)
                .rowOf("riddle", "a", 1L)
                .row("a", 1L, "surprise", 7L)
                .count(10);
        assertThat(outcome.skippedBy())
                .containsOnlyKeys("rows of kind \"riddle\" are not known", "field \"surprise\" of op is not known");
    }

    @Test
    void onlyAsManyMismatchesAreKeptAsAreShown() {
        assertThat(new ScriptedRecording(CountingRulesTest::oneAndTwo)
                        .row("a", 5L)
                        .row("a", 6L)
                        .count(1)
                        .mismatches())
                .hasSize(1);
    }

    @Test
    void listsAreComparedElementByElementLeavingOutWhatIsAnInput() {
        Function<Row, Answer> answer = row -> Answer.observed()
                .put("list", List.of(Map.of("dma", "0x10", "free", 1L), Map.of("dma", "0x20", "free", 2L)));
        assertThat(play(answer, "list", List.of(Map.of("dma", "0x10", "free", 9L), Map.of("dma", "0x20")))
                        .matched())
                .isEqualTo(1);
        assertThat(play(answer, "list", List.of(Map.of("dma", "0x10"), Map.of("dma", "0x21")))
                        .mismatches()
                        .getFirst()
                        .toString())
                .isEqualTo("line 1 op: list[1].dma expected=0x21 actual=0x20");
        assertThat(play(answer, "list", List.of(Map.of("dma", "0x10"))).mismatched())
                .as("another length")
                .isEqualTo(1);
    }
}
