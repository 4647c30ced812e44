package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.selection.fixture.SelectionRow.Expected;
import dev.dmaops.spi.Policy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SelectionTableTest {
    private static final Policy WISH = new Policy(true, false, false);

    static Stream<Arguments> rows() {
        return Rows.all().stream()
                .filter(row -> row.expected().isPresent())
                .map(row -> Arguments.of(Named.of(row.id() + " " + row.notes(), row)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRowIsDecidedAsItsKernelDoes(SelectionRow row) {
        BackendChoice choice = Rows.choice(row);

        assertThat(new Expected(
                        choice.backend(), choice.bounce(), choice.pool(), choice.iommuDomain(), choice.setMask()))
                .as(() -> story(choice))
                .isEqualTo(row.expected().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRowIsDecidedAsWishedUnderThePolicy(SelectionRow row) {
        BackendChoice choice = Rows.plan(row.systemWith(WISH), row.device())
                .devices()
                .getFirst()
                .choice();

        assertThat(choice.backend())
                .as(() -> story(choice))
                .isEqualTo(row.wishedBackend().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyDecisionSaysWhyAndEveryInputSaysWhereItCameFrom(SelectionRow row) {
        List<Decision> decisions = Rows.choice(row).decisions();

        assertThat(decisions).allSatisfy(decision -> {
            assertThat(decision.because()).endsWith(".").hasSizeGreaterThan(20);
            assertThat(decision.outcome()).isNotBlank();
            assertThat(decision.inputs()).allSatisfy(input -> {
                assertThat(input.value()).isNotBlank();
                assertThat(input.origin()).isNotBlank();
            });
        });
        assertThat(decisions.getLast().rule()).startsWith("backend.");
    }

    @Test
    void gartIsExplainedAndGivesNoBackend() {
        SelectionRow row = Rows.all().stream()
                .filter(candidate -> candidate.expected().isEmpty())
                .findFirst()
                .orElseThrow();

        BackendChoice choice = Rows.choice(row);

        assertThat(choice.backend()).isEqualTo("none");
        assertThat(Rows.rules(choice)).contains("x86.iommu.gart.on", "x86.pool.gart-drops", "backend.none.gart");
    }

    private static String story(BackendChoice choice) {
        StringBuilder story = new StringBuilder(choice.toString());
        for (Decision decision : choice.decisions()) {
            story.append("\n  ").append(decision.rule()).append(": ").append(decision.outcome());
        }
        return story.toString();
    }
}
