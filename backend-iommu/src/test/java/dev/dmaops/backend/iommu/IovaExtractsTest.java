package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of the kernel's own allocator, replayed call by call. */
class IovaExtractsTest {
    static Stream<Path> extracts() throws IOException {
        return Extracts.named("iova-\\d+\\.json");
    }

    @ParameterizedTest
    @MethodSource("extracts")
    void everyAllocationGetsTheRecordedFrame(Path file) throws IOException {
        JsonNode recording = Extracts.read(file);
        int shift = Integer.numberOfTrailingZeros(recording.get("granule").asInt());
        IovaAllocator allocator = new IovaAllocator(
                recording.get("startPfn").asLong(),
                1L << (32 - shift),
                1,
                recording.get("onlineCpus").asInt());
        for (JsonNode range : recording.get("reserved")) {
            allocator.reserve(range.get(0).asLong(), range.get(1).asLong());
        }
        int row = 0;
        for (JsonNode op : recording.get("ops")) {
            if (op.get("op").asText().equals("alloc")) {
                long frame = allocator.allocate(
                        0,
                        op.get("pages").asLong(),
                        op.get("limitPfn").asLong(),
                        op.get("flushRcache").asBoolean());
                assertThat(frame)
                        .as("row=%d %s", row, op)
                        .isEqualTo(op.get("pfn").asLong());
            } else {
                allocator.free(0, op.get("pfn").asLong(), op.get("pages").asLong());
            }
            row++;
        }
        assertThat(row).isPositive();
    }
}
