package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole outputs, as files beside the configurations that they are about. */
final class ExplainCommandTest {
    private static final Path FOLDER = Path.of("src/test/resources/explain");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void everyDeviceHasItsLineAndItsChain() throws IOException {
        assertThat(run("explain", file("without.conf"))).isZero();

        assertThat(out.toString()).isEqualTo(golden("without.txt"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void oneDeviceIsExplainedAlone() throws IOException {
        assertThat(run("explain", file("with.conf"), "--device", "b000000.ethernet"))
                .isZero();

        assertThat(out.toString()).isEqualTo(golden("with-ethernet.txt"));
    }

    @Test
    void comparisonSaysOnlyWhatDiffers() throws IOException {
        assertThat(run("explain", file("without.conf"), "--compare", file("with.conf")))
                .isZero();

        assertThat(out.toString()).isEqualTo(golden("compared.txt"));
    }

    @Test
    void configurationComparedWithItselfDoesNotDiffer() {
        assertThat(run("explain", file("with.conf"), "--compare", file("with.conf")))
                .isZero();

        assertThat(out.toString()).endsWith("\nThe 3 devices do not differ.\n").doesNotContain("only");
    }

    @Test
    void jsonHasTheFieldsOfTheContract() throws IOException {
        assertThat(run("explain", file("with.conf"), "--device", "a100000.camera", "--json"))
                .isZero();

        assertThat(out.toString()).isEqualTo(golden("camera.json"));
    }

    @Test
    void unknownDeviceIsWrongInputWithAHint() {
        assertThat(run("explain", file("with.conf"), "--device", "a10000.camera"))
                .isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo(
                        "dmaops explain: DMA-1003 with.conf: there is no device \"a10000.camera\" among 3. Did you mean"
                                + " a100000.camera?" + System.lineSeparator());
    }

    @Test
    void everyMistakeOfAConfigurationIsReported(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("board.conf"), """
                platform = arm64
                kernel { verison = "6.12", config = "nothing.config" }
                devicetree = "nothing.dtb"
                machine { memory = 4 }
                devices { eth0 { mask = 32bit } }
                """);

        assertThat(run("explain", file.toString())).isEqualTo(2);

        assertThat(err.toString()).isEqualTo("""
                        dmaops explain: DMA-1002 board.conf:2: kernel.verison: there is no such key: expected one of version, config, cmdline. Did you mean version?
                        DMA-1005 board.conf:4: machine.memory: a bare number says nothing about its unit: expected a size with a unit, such as 4GiB, 64KiB or 64B, found 4. Add the unit.
                        DMA-1004 board.conf:2: kernel.config: expected a .config of a kernel, or debian-6.12, found nothing at %1$s/nothing.config. Check the path; it starts from the folder of the configuration.
                        DMA-1004 board.conf:3: devicetree: expected a .dtb or .dts, found nothing at %1$s/nothing.dtb. Check the path; it starts from the folder of the configuration.
                        """.formatted(directory.toAbsolutePath()));
        assertThat(out.toString()).isEmpty();
    }

    private static String file(String name) {
        return FOLDER.resolve(name).toString();
    }

    private static String golden(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name));
    }
}
