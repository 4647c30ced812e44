package dev.dmaops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.trace.ReplayReport;
import dev.dmaops.trace.TraceReplay;
import dev.dmaops.trace.event.TraceFile;
import dev.dmaops.trace.setup.ReplayOptions;
import dev.dmaops.trace.setup.TraceSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Traces of the kernel: replayed, or refused in one line that names the place. */
class TraceFuzzTest {
    private final BouncePoolProvider pools =
            ServiceLoader.load(BouncePoolProvider.class).findFirst().orElseThrow();

    @FuzzTest(maxDuration = "10m")
    void trace(byte[] content) throws IOException {
        Path path = Files.createTempFile("fuzz", ".trace");
        try {
            Files.write(path, content);
            TraceFile file = new TraceFile("fuzz.trace", path, read -> {});
            ReplayReport report = TraceReplay.play(file, TraceSetup.of(file, ReplayOptions.NONE), pools);
            assertThat(report.highWaterSlots()).isBetween(0, report.slots());
        } catch (DmaConfigurationException refused) {
            assertThat(refused.getMessage()).startsWith("DMA-").hasLineCount(1).contains("fuzz.trace");
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
