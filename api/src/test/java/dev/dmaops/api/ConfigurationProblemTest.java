package dev.dmaops.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ConfigurationProblemTest {
    @Test
    void controlCharactersOfWhatWasReadStandInOneLine() {
        ConfigurationProblem problem = new ConfigurationProblem(
                DmaErrorCode.UNKNOWN_KEY,
                "a\tb.conf:3",
                "\"po\nli\rcy\u2028\u001b[2J\": there is no such key, für \ud83d\ude80.");

        assertThat(problem)
                .hasToString(
                        "DMA-1002 a\\u0009b.conf:3: \"po\\u000ali\\u000dcy\\u2028\\u001b[2J\": there is no such key, für \ud83d\ude80.");
        assertThat(problem.what()).startsWith("\"po\\u000ali");
    }
}
