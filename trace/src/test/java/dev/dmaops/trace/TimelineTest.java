package dev.dmaops.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
    private final Timeline timeline = new Timeline();

    @Test
    void nothingHappenedNothingIsShown() {
        assertThat(timeline.samples()).isEmpty();
    }

    @Test
    void peakOutlivesAnyNumberOfLongerStretches() {
        for (int second = 0; second < 5000; second++) {
            timeline.change(second * 1_000_000_000L, 3);
            timeline.change(second * 1_000_000_000L + 10, second == 1234 ? 40 : 0);
            timeline.change(second * 1_000_000_000L + 20, second == 1234 ? -43 : -3);
        }

        List<UsedSlots> samples = timeline.samples();
        assertThat(samples).hasSizeLessThanOrEqualTo(512);
        assertThat(samples.stream().mapToInt(UsedSlots::mostSlots).max()).hasValue(43);
        assertThat(samples.stream()
                        .filter(sample -> sample.mostSlots() == 43)
                        .findFirst()
                        .orElseThrow()
                        .seconds())
                .isBetween(1200.0, 1234.0);
    }

    @Test
    void whatIsHeldIsSeenInStretchesWithoutEvents() {
        timeline.change(0, 5);
        timeline.change(1_000_000, 1);

        assertThat(timeline.samples())
                .hasSize(11)
                .allSatisfy(sample -> assertThat(sample.mostSlots()).isGreaterThan(4));
    }
}
