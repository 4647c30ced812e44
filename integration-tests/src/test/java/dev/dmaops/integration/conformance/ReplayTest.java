package dev.dmaops.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.conformance.FileOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A few recordings of every kind, part of the sources: every answer is the real kernel's. */
class ReplayTest {
    static Stream<Path> files() {
        return Stream.of(
                        Recordings.ownIn("linux", ".gz"),
                        Recordings.ownIn("boards", ".gz"),
                        Recordings.ownIn("xen", ".gz"),
                        Recordings.ownIn("extracts", ".json"),
                        Recordings.ownIn("dtb", ".dtb"))
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyRowIsComparedAndMatches(Path file) {
        FileOutcome outcome = Recordings.replay(List.of(file)).getFirst();
        assertThat(outcome.mismatches()).isEmpty();
        assertThat(outcome.mismatched()).isZero();
        assertThat(outcome.skippedBy()).isEmpty();
        assertThat(outcome.checked()).isPositive().isEqualTo(outcome.matched());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void selectionTableSkipsWhatHasNoBackendOnly(Path file) {
        FileOutcome outcome = Recordings.replay(List.of(file)).getFirst();
        assertThat(outcome.mismatches()).isEmpty();
        assertThat(outcome.skippedBy()).isEqualTo(Map.of("GART has no backend", 1L));
        assertThat(outcome.checked()).isPositive();
    }

    static Stream<Path> tables() {
        return Stream.of(Recordings.own("../selection/selection.csv"));
    }
}
