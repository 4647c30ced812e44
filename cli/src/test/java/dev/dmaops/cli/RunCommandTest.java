package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void tourPlaysTheScenesThatComeWithTheCommand() {
        assertThat(run("run", "--ops", "20")).isZero();

        assertThat(out.toString())
                .contains(
                        "pc-2g: a PC whose devices reach all of its memory (x86, Linux 6.12, 2GiB of RAM, no bounce pool)")
                .contains("raspberry-pi-4: ")
                .endsWith(", 0 wrong bytes.\n");
    }

    @Test
    void sameSeedMovesTheSameBytes() {
        run("run", "--ops", "20", "--json", "--seed", "5", "--devices", "*.mmc");
        String first = withoutSpeed(out.toString());
        out.getBuffer().setLength(0);
        run("run", "--ops", "20", "--json", "--seed", "5", "--devices", "*.mmc");

        assertThat(withoutSpeed(out.toString())).isEqualTo(first);
        out.getBuffer().setLength(0);
        run("run", "--ops", "20", "--json", "--seed", "6", "--devices", "*.mmc");
        assertThat(withoutSpeed(out.toString())).isNotEqualTo(first);
    }

    @Test
    void devicesAreChosenByGlob() {
        run("run", "--ops", "5", "--json", "--devices", "fe3?0000.mmc");

        assertThat(out.toString()).contains("fe340000.mmc", "fe300000.mmc").doesNotContain("ethernet", "0000:");
    }

    @Test
    void globThatMatchesNothingIsWrongInput() {
        assertThat(run("run", "--ops", "5", "--devices", "nothing")).isEqualTo(2);

        assertThat(err.toString()).contains("no device matches --devices nothing");
    }

    @Test
    void operationsAndSecondsTogetherAreWrongInput() {
        assertThat(run("run", "--ops", "5", "--seconds", "1")).isEqualTo(2);
        assertThat(run("run", "--ops", "0")).isEqualTo(2);
        assertThat(run("run", "--ops", "many")).isEqualTo(2);
    }

    @Test
    void configurationOfTheUserIsPlayed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mine.conf"), """
                platform = x86
                kernel { cmdline = "swiotlb=force" }
                machine { memory = 8GiB }
                devices { nic { bus = pci, mask = 32bit } }
                """);

        assertThat(run("run", file.toString(), "--ops", "30")).isZero();

        assertThat(out.toString())
                .startsWith("mine: mine.conf (x86,")
                .contains("swiotlb", " forced")
                .containsPattern(
                        "pool default: 32768 slots in \\d+ areas?, [1-9]\\d* bounces by 1 device, \\d+ refused, ");

        out.getBuffer().setLength(0);
        assertThat(run("run", file.toString(), "--ops", "30", "--json")).isZero();
        assertThat(out.toString()).contains("\"pools\"", "\"bytesToDevice\"", "\"fallThroughs\"", "\"waits\"");
    }

    @Test
    void whatIsNotDrivenIsNamedWithItsReasonAndTheOthersAreDriven(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("board.dts"), """
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    high {
                        compatible = "simple-bus";
                        #address-cells = <1>;
                        #size-cells = <1>;
                        ranges;
                        dma-ranges = <0x0 0x20000000 0x20000000>;
                        camera@2000 { compatible = "example,camera"; reg = <0x2000 0x100>; };
                    };
                    nowhere {
                        compatible = "simple-bus";
                        #address-cells = <1>;
                        #size-cells = <1>;
                        ranges;
                        dma-ranges = <0x0 0x80000000 0x40000000>;
                        codec@3000 { compatible = "example,codec"; reg = <0x3000 0x100>; };
                    };
                    mmc@1000 { compatible = "example,mmc"; reg = <0x1000 0x100>; };
                };
                """);
        Path file = Files.writeString(directory.resolve("mine.conf"), """
                platform = arm64
                devicetree = "board.dts"
                machine { memory = 1GiB }
                """);

        assertThat(run("run", file.toString(), "--ops", "30")).isZero();

        assertThat(out.toString()).contains("""
                          not driven: DMA-2011 2000.camera: cannot allocate 3072 bytes: the page allocator has no such block that \
                        the device reaches (DMA addresses up to 0x1fffffff, windows of its bus [cpu 0x20000000 dma 0x0 size \
                        0x20000000]; one block has at most 4194304 bytes). Ask for less at a time, free some, or let RAM lie in \
                        those windows. [attributes none]
                          not driven: 3000.codec: its driver's DMA mask is refused (EIO). dmaops explain says why.
                        """.stripIndent()).containsPattern("(?m)^1000\\.mmc +\\S+ .* [1-9]\\d+ ");
        out.getBuffer().setLength(0);
        assertThat(run("run", file.toString(), "--ops", "30", "--json")).isZero();
        assertThat(out.toString())
                .contains("\"notDriven\" : \"DMA-2011 2000.camera: cannot", "\"notDriven\" : \"3000.codec: its driver");
    }

    /** Where small buffers do not bounce, kmalloc gives each its own cache lines; a driver may rely on that, and run must. */
    @ParameterizedTest
    @CsvSource({
        "arm64, 6.1, ''",
        "arm64, 6.4, ''",
        "arm64, 6.12, ''",
        "arm64, 6.12, swiotlb=noforce",
        "arm, 6.1, ''",
        "arm, 6.12, ''"
    })
    void smallBuffersLieWhereTheKernelsAllocatorPutsThem(
            String platform, String kernel, String commandLine, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("board.dts"), """
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    mmc@1000 { compatible = "example,mmc"; reg = <0x1000 0x100>; };
                };
                """);
        for (String line : new String[] {"64B", "128B"}) {
            Path file = Files.writeString(
                    directory.resolve("mine.conf"), """
                    platform = %s
                    kernel { version = "%s", config = debian-6.12, cmdline = "%s" }
                    devicetree = "board.dts"
                    machine { memory = 1GiB, cache-line = %s }
                    """.formatted(platform, kernel, commandLine, line));

            assertThat(run("run", file.toString(), "--ops", "300")).as(line).isZero();
            assertThat(out.toString()).as(line).endsWith(" checked on both sides, 0 wrong bytes.\n");
        }
    }

    private static String withoutSpeed(String json) {
        return json.lines()
                .filter(line -> !line.contains("PerSecond") && !line.contains("nanos"))
                .toList()
                .toString();
    }
}
