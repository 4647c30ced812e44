package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.trace.ReplayReport;
import dev.dmaops.trace.TraceReplay;
import dev.dmaops.trace.event.TraceFile;
import dev.dmaops.trace.setup.ReplayOptions;
import dev.dmaops.trace.setup.TraceSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Traces of real drivers: the pool hands out the addresses that the kernel handed out, and gets as full. */
final class ReplayTracesTest {
    private static final Path TRACES =
            Path.of(System.getProperty("dmaops.golden", "../../shared/golden")).resolve("traces");

    @Test
    void addressesAndHighWaterAreTheKernels() {
        Assumptions.assumeTrue(Files.isDirectory(TRACES), "no traces at " + TRACES.toAbsolutePath());

        List<ReplayReport> reports =
                traces().stream().map(ReplayTracesTest::replay).toList();

        assertThat(reports).isNotEmpty().allSatisfy(report -> {
            assertThat(report.addressesEqual()).as(report.trace()).isEqualTo(report.addressesCompared());
            assertThat(report.failures()).as(report.trace()).isEqualTo(report.refusedInTrace());
            assertThat(report.unmatchedAtStart()).as(report.trace()).isZero();
            report.kernelHighWaterSlots()
                    .ifPresent(kernel -> assertThat(report.highWaterSlots())
                            .as(report.trace())
                            .isEqualTo(kernel));
        });
        assertThat(reports)
                .anySatisfy(report -> assertThat(report.addressesCompared()).isGreaterThan(10_000));
    }

    private static List<Path> traces() {
        try (Stream<Path> files = Files.list(TRACES)) {
            return files.filter(file -> file.toString().contains(".trace"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReplayReport replay(Path path) {
        TraceFile file = new TraceFile(path.getFileName().toString(), path, read -> {});
        return TraceReplay.play(
                file, TraceSetup.of(file, ReplayOptions.NONE), Providers.load().poolMaker());
    }
}
