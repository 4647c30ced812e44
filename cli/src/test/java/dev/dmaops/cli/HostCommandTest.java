package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "iommu-on",
                "iommu-on-vfio-bound",
                "iommu-passthrough",
                "iommu-off-cmdline",
                "iommu-off-absent",
                "arm64-smmuv3",
                "arm64-iommu-off"
            })
    void aCapturedTreeIsShownAsExpected(String tree) throws IOException, InterruptedException {
        Path root = unpack(tree);

        assertThat(run("host", "--root", root.toString())).isZero();

        assertThat(out.toString().replace(root.toString(), "ROOT")).isEqualTo(expected(tree));
    }

    /** What the rules say for the kernel's own use, beside what sysfs showed of the real kernel. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "iommu-on, 0000:00:05.0, dmar0, DMA-FQ, 32, iommu, dma-fq",
        "iommu-on-vfio-bound, 0000:00:05.0, dmar0, DMA-FQ, 32, iommu, dma-fq",
        "iommu-passthrough, 0000:00:06.0, dmar0, identity, 64, swiotlb, identity",
        "iommu-off-cmdline, 0000:00:06.0, none, none, 64, swiotlb, none",
        "iommu-off-absent, 0000:00:05.0, none, none, 32, swiotlb, none",
        "arm64-smmuv3, 0000:00:05.0, unknown, none, 32, iommu, dma",
        "arm64-smmuv3, 0000:00:06.0, smmu3.0x0000000009050000, DMA, 64, iommu, dma",
        "arm64-iommu-off, 0000:00:05.0, none, none, 32, swiotlb, none",
    })
    void jsonHasWhatProgramsLookFor(
            String tree, String id, String iommu, String type, int bits, String backend, String domain)
            throws IOException, InterruptedException {
        assertThat(run("host", "--json", "--root", unpack(tree).toString())).isZero();

        String device = out.toString()
                .lines()
                .dropWhile(line -> !line.contains("\"id\" : \"" + id + "\""))
                .takeWhile(line -> !line.equals("    }") && !line.equals("    },"))
                .reduce("", (a, b) -> a + b + "\n");
        assertThat(text(device, "iommu")).isEqualTo(iommu);
        assertThat(text(device, "groupType")).isEqualTo(type);
        assertThat(device).contains("\"maskBits\" : " + bits + ",");
        assertThat(text(device, "backend")).isEqualTo(backend);
        assertThat(text(device, "iommuDomain")).isEqualTo(domain);
        assertThat(device).contains("\"decisions\" : [", "\"obstacles\" : [", "\"origin\" : \"/sys/");
        assertThat(device).doesNotContain("builder.");
    }

    @Test
    void aTypeThatWasWrittenAfterBootIsFound() throws IOException, InterruptedException {
        Path root = unpack("iommu-on");
        Files.writeString(root.resolve("sys/kernel/iommu_groups/1/type"), "identity\n");

        run("host", "--root", root.toString());

        assertThat(out.toString())
                .contains("differs-from-rules: sysfs says that the group's type is identity, the rules say dma-fq"
                        + " [0000:00:05.0]");
    }

    @Test
    void thisMachineIsShownToAnyUser() {
        assumeTrue(Files.isDirectory(Path.of("/proc")), "no Linux");

        assertThat(run("host")).isZero();
        assertThat(out.toString()).startsWith("this host: ").contains("command line", "bounce pool");
    }

    @Test
    void aFolderThatIsNoTreeIsAnError() {
        assertThat(run("host", "--root", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("expected a folder with sys and proc in it, found neither in " + folder);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anEmptyTreeIsShownWithoutDevices() throws IOException {
        Files.createDirectories(folder.resolve("proc"));

        assertThat(run("host", "--root", folder.toString())).isZero();
        assertThat(out.toString()).contains("no PCI devices");
    }

    private static String text(String json, String field) {
        Matcher matcher = Pattern.compile("\"" + field + "\" : \"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "absent";
    }

    private Path unpack(String tree) throws IOException, InterruptedException {
        Path archive = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"), "sysfs", tree + ".tgz");
        assumeTrue(Files.isReadable(archive), "no captured tree at " + archive);
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return folder.resolve("fx");
    }

    private static String expected(String tree) throws IOException {
        try (InputStream in = HostCommandTest.class.getResourceAsStream("/host/" + tree + ".txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
