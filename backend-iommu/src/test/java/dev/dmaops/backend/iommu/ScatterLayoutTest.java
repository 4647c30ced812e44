package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dmaops.api.ScatterList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layout and concatenation of the kernel's own code, replayed case by case. */
class ScatterLayoutTest {
    static Stream<Path> extracts() throws IOException {
        return Extracts.named("iommu-sg-\\d+\\.json");
    }

    @ParameterizedTest
    @MethodSource("extracts")
    void everyListIsLaidOutAndConcatenatedAsRecorded(Path file) throws IOException {
        JsonNode recording = Extracts.read(file);
        long granule = recording.get("granule").asLong();
        int row = 0;
        for (JsonNode testCase : recording.get("cases")) {
            ScatterList list = new ScatterList();
            long page = granule;
            for (JsonNode entry : testCase.get("in")) {
                list.addPhysical(
                        page + entry.get("offset").asLong(), entry.get("length").asLong());
                page += 1 << 20;
            }
            ScatterLayout layout = new ScatterLayout(
                    list,
                    granule,
                    Long.parseUnsignedLong(testCase.get("segBoundary").asText(), 16),
                    testCase.get("maxSeg").asLong());
            assertThat(layout.bytes())
                    .as("case=%d", row)
                    .isEqualTo(testCase.get("iovaLen").asLong());
            long start = 0;
            for (int i = 0; i < list.entries(); i++) {
                assertThat(layout.lengthAt(i, start))
                        .as("case=%d entry=%d", row, i)
                        .isEqualTo(testCase.get("layoutLengths").get(i).asLong());
                start += layout.lengthAt(i, start);
            }
            int segments = layout.recordSegments(testCase.get("iovaBase").asLong());
            list.recordMapped(segments);
            List<List<Long>> actual = new ArrayList<>();
            for (int i = 0; i < segments; i++) {
                actual.add(List.of(list.dmaAddress(i), list.dmaBytes(i)));
            }
            List<List<Long>> expected = new ArrayList<>();
            testCase.get("out")
                    .forEach(out -> expected.add(
                            List.of(out.get("dma").asLong(), out.get("len").asLong())));
            assertThat(actual).as("case=%d", row).isEqualTo(expected);
            row++;
        }
        assertThat(row).isPositive();
    }
}
