package dev.dmaops.integration.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots an unmodified Debian kernel under software emulation and runs Java drivers in it. What the guest checked becomes a test here,
 * and a line of {@code target/vm-report.txt}.
 *
 * <p>{@code -Pvm} boots every configuration of Debian's own kernel; {@code -Ddmaops.vm=full} those too whose modules are built first;
 * {@code -Ddmaops.vm=short} one. Where the packages cannot be had the test is skipped and says so.
 */
class VirtualMachineIT {
    private static final int UNAVAILABLE = 69;
    private static final int TIMED_OUT = 124;
    private static final Path REPORT = Path.of("target", "vm-report.txt");

    private final String mode = System.getProperty("dmaops.vm", "off");

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> realKernelsDoRealDma() throws IOException, InterruptedException {
        List<Boot> boots = Boot.of(mode);
        assumeFalse(boots.isEmpty(), "no virtual machine is asked for: -Pvm, or -Ddmaops.vm=short");
        report(List.of());
        int fetched = script("fetch.sh");
        if (fetched == UNAVAILABLE) {
            report(List.of("skipped: the packages of kernel and QEMU cannot be had"));
            abort("the packages of kernel and QEMU cannot be had; the lines above say which");
        }
        assertThat(fetched).as("status of fetch.sh").isZero();
        assertThat(script("initramfs.sh")).as("status of initramfs.sh").isZero();
        GuestFolder.fill(folder, scripts().resolve("guest"));
        List<DynamicTest> tests = new ArrayList<>();
        boolean modules = boots.stream().anyMatch(Boot::builtModules) && modules(tests);
        for (Boot boot : boots) {
            if (modules || !boot.builtModules()) {
                tests.addAll(boot(boot));
            }
        }
        return tests.stream();
    }

    /** Whether the modules that Debian leaves out could be built; where their source cannot be had those boots are skipped by name. */
    private boolean modules(List<DynamicTest> tests) throws IOException, InterruptedException {
        int built = script("modules.sh");
        if (built == UNAVAILABLE) {
            String skipped = "skipped: iommufd and noiommu, whose modules cannot be built here";
            report(List.of(skipped));
            tests.add(DynamicTest.dynamicTest("iommufd and noiommu", () -> abort(skipped)));
            return false;
        }
        assertThat(built).as("status of modules.sh").isZero();
        return true;
    }

    private List<DynamicTest> boot(Boot boot) throws IOException, InterruptedException {
        int status = script("boot.sh", boot.name(), boot.script(), folder.toString(), boot.iommu(), boot.words());
        Path file = directory().resolve("runs").resolve(boot.name() + ".log");
        BootLog log = BootLog.of(Files.isReadable(file) ? Files.readAllLines(file) : List.of());
        List<String> lines = new ArrayList<>();
        lines.add(boot.name() + ": " + log.passed().size() + " passed, "
                + log.failed().size() + " failed"
                + (log.ended() ? "" : ", did not come to its end (status " + status + ")"));
        log.failed().forEach(check -> lines.add("  failed: " + check));
        log.rates().forEach(rate -> lines.add("  nvme, under emulation: " + rate));
        report(lines);
        if (mode.equals("short") && status == TIMED_OUT && log.failed().isEmpty()) {
            abort("this machine is too slow for the virtual machine now: " + lines.getFirst());
        }
        List<DynamicTest> tests = new ArrayList<>();
        log.passed().forEach(check -> tests.add(DynamicTest.dynamicTest(check, () -> {})));
        log.failed().forEach(check -> tests.add(DynamicTest.dynamicTest(check, () -> fail(check))));
        tests.add(DynamicTest.dynamicTest(boot.name() + ": every stage came to its end", () -> {
            assertThat(log.ended()).as("the end of the guest, see " + file).isTrue();
            assertThat(log.done()).isEqualTo(boot.stages());
            assertThat(log.counted()).isEqualTo(log.passed().size()).isPositive();
        }));
        return tests;
    }

    private int script(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, scripts().resolve(command[0]).toString());
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "VM_DIR",
                        directory().toString()));
        builder.environment().putIfAbsent("VM_LIMIT", mode.equals("short") ? "450" : "900");
        return builder.start().waitFor();
    }

    private static Path scripts() {
        return root().resolve("integration-tests").resolve("vm");
    }

    /** Downloads stay when {@code target} is cleaned. */
    private static Path directory() {
        return root().resolve(".dmaops").resolve("vm");
    }

    private static Path root() {
        return Path.of(System.getProperty("dmaops.root", "..")).toAbsolutePath().normalize();
    }

    private static void report(List<String> lines) throws IOException {
        for (String line : lines) {
            System.out.println("vm: " + line);
        }
        Files.createDirectories(Path.of("target"));
        if (lines.isEmpty()) {
            Files.deleteIfExists(REPORT);
        } else {
            Files.write(REPORT, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
