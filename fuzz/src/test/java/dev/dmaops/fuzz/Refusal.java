package dev.dmaops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.FirmwareException;

/** What a parser may answer to wrong input. */
final class Refusal {
    private Refusal() {}

    /** Runs a parser, which may refuse its input. */
    static void orNone(Runnable parser) {
        try {
            parser.run();
        } catch (FirmwareException refused) {
            assertThat(refused.getMessage()).isNotBlank().hasLineCount(1);
        }
    }
}
