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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.io.TempDir;

/** Traces of the kernel and the facts beside them: replayed, or refused in one line that names the place. */
class TraceFuzzTest {
    private static final byte[] TRACE = """
            x-1 [000] d..1. 1.000000: swiotlb_bounced: dev_name: disk dma_mask=ffffffff dev_addr=200000a00 size=512 NORMAL
            x-1 [000] d..1. 1.000010: dma_map_page: disk dir=TO_DEVICE dma_addr=10000a00 size=512 phys_addr=200000a00 attrs=
            x-2 [001] d..1. 1.000020: swiotlb_bounced: dev_name: disk dma_mask=ffffffff dev_addr=200001000 size=262144 NORMAL
            x-2 [001] d..1. 1.000030: dma_map_page: disk dir=TO_DEVICE dma_addr=10040000 size=262144 phys_addr=200001000 attrs=
            x-1 [000] d..1. 1.000040: dma_unmap_page: disk dir=TO_DEVICE dma_addr=10000a00 size=512 attrs=
            """.getBytes(StandardCharsets.US_ASCII);

    private final BouncePoolProvider pools =
            ServiceLoader.load(BouncePoolProvider.class).findFirst().orElseThrow();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @FuzzTest(maxDuration = "10m")
    void trace(byte[] content) throws IOException {
        replay(Files.write(folder.resolve("fuzz.trace"), content));
    }

    @FuzzTest(maxDuration = "10m")
    void facts(byte[] content) throws IOException {
        Files.write(folder.resolve("fuzz.meta.json"), content);
        replay(Files.write(folder.resolve("fuzz.trace"), TRACE));
    }

    private void replay(Path path) {
        TraceFile file = new TraceFile("fuzz.trace", path, read -> {});
        try {
            ReplayReport report = TraceReplay.play(file, TraceSetup.of(file, ReplayOptions.NONE), pools);
            assertThat(report.highWaterSlots()).isBetween(0, report.slots());
        } catch (DmaConfigurationException refused) {
            assertThat(refused.getMessage())
                    .startsWith("DMA-")
                    .hasLineCount(1)
                    .containsPattern("fuzz\\.(trace|meta\\.json)");
        }
    }
}
