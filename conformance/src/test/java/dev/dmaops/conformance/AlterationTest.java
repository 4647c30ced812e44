package dev.dmaops.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AlterationTest {
    private static final Map<String, Object> LIST = Map.of("dma", "0x10", "free", 1L, "len", 4L);

    private static SelfTestOutcome selfTest(Function<Row, Answer> answers) {
        RecordingKind kind = new RecordingKind() {
            @Override
            public String id() {
                return "test";
            }

            @Override
            public String description() {
                return "rows of a test";
            }

            @Override
            public boolean recognises(Opening opening) {
                return true;
            }

            @Override
            public Recording open(RecordingFile file) {
                return new ScriptedRecording(answers)
                        .row("a", 1L, "b", "0x2")
                        .row("list", List.of(LIST))
                        .row("a", true);
            }
        };
        return new SelfTest(kind, new RecordingFile(Path.of("script"), read -> {})).run();
    }

    @Test
    void everyResultOfEveryKindOfRowIsAlteredAndReported() {
        SelfTestOutcome outcome = selfTest(row -> switch (row.at()) {
            case "line 1" -> Answer.observed().put("a", 1L).put("b", "0x2");
            case "line 2" -> Answer.observed().put("list", List.of(LIST));
            default -> Answer.observed().put("a", true);
        });
        assertThat(outcome.line()).isEqualTo("script: altered=4 reported=4 missed=0 untested=0");
        assertThat(outcome.isFinding()).isFalse();
    }

    @Test
    void comparisonThatRepeatsTheRecordedValueIsFoundOut() {
        SelfTestOutcome outcome = selfTest(row -> {
            Answer.Observed echo = Answer.observed();
            row.names().forEach(name -> echo.put(name, java.util.Objects.requireNonNull(row.value(name))));
            return echo;
        });
        assertThat(outcome.reported()).isZero();
        assertThat(outcome.missed()).hasSize(outcome.altered()).contains("op a at row 0");
        assertThat(outcome.isFinding()).isTrue();
    }

    @Test
    void resultThatNoRowMatchesIsUntested() {
        SelfTestOutcome outcome =
                selfTest(row -> Answer.observed().put("a", 77L).put("b", "0x2"));
        assertThat(outcome.untested()).containsExactly("op a", "op list");
        assertThat(outcome.isFinding()).as("no row matched at all").isTrue();
    }
}
