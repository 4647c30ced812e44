package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

/** What processors write without each other shares no line of their caches with anything else, as this virtual machine lays it out. */
class CacheLinesTest {
    /** A line and the neighbour that processors fetch with it, in bytes. */
    private static final long APART = 128;

    @ParameterizedTest
    @ValueSource(classes = {Area.class, CopyCounts.class})
    void nothingElseIsWithinTwoLinesOfAFieldThatIsWritten(Class<?> padded) {
        ClassLayout layout = ClassLayout.parseClass(padded);
        List<FieldLayout> written = layout.fields().stream()
                .filter(field -> field.classShortName().endsWith("Fields"))
                .toList();

        assertThat(written).isNotEmpty();
        for (FieldLayout field : written) {
            assertThat(field.offset()).as("bytes in front of %s", field.name()).isGreaterThanOrEqualTo(APART);
            assertThat(layout.instanceSize() - field.offset() - field.size())
                    .as("bytes behind %s", field.name())
                    .isGreaterThanOrEqualTo(APART);
        }
    }
}
