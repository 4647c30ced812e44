package dev.dmaops.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FirmwareExceptionTest {
    @Test
    void controlCharactersOfWhatWasReadStandInOneLine() {
        FirmwareException wrong = new FirmwareException(
                "board\u0007.dts", "line 3", "cannot read the string", "a digit", "'\n\u001b[2J\u2028é'", "Correct it");

        assertThat(wrong)
                .hasMessage(
                        "board\\u0007.dts line 3: cannot read the string: expected a digit, found '\\u000a\\u001b[2J\\u2028é'."
                                + " Correct it.");
        assertThat(wrong.found()).isEqualTo("'\n\u001b[2J\u2028é'");
    }
}
