package dev.dmaops.benchmarks;

import dev.dmaops.api.DmaPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opening a platform from a file, and closing it: budget 1 s with 1,000 devices, in a virtual machine that has just started, so
 * nothing is warm.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(5)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class OpenBenchmark {
    /** Devices of the platform: a half behind an IOMMU, a quarter that bounces above 4 GiB, a quarter that reaches everything. */
    @Param({"1", "1000"})
    public int devices;

    private Path file;

    /**
     * Writes the configuration.
     *
     * @throws IOException if the temporary folder cannot be written
     */
    @Setup
    public void write() throws IOException {
        StringBuilder behind = new StringBuilder();
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < devices; i++) {
            String id = "\"%04x:%02x:%02x.0\"".formatted(i >> 12, (i >> 5) & 0x7f, i & 0x1f);
            if (i % 2 == 0) {
                behind.append(id).append('\n');
            }
            list.append(id)
                    .append(" { bus = pci, mask = ")
                    .append(i % 4 == 1 ? "32bit" : "64bit")
                    .append(" }\n");
        }
        file = Files.createTempFile("devices", ".conf");
        Files.writeString(file, """
                platform = x86
                kernel { version = "6.12", cmdline = "intel_iommu=on" }
                machine { kind = sim, memory = 8GiB }
                iommu { hardware = intel, behind = [
                %s] }
                devices {
                %s}
                """.formatted(behind, list));
    }

    /**
     * Deletes the configuration.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    /** Reads the file, chooses a backend for every device, builds the machine, binds, closes. */
    @Benchmark
    public int open() {
        try (DmaPlatform platform = DmaPlatform.open(file)) {
            return platform.devices().size();
        }
    }
}
