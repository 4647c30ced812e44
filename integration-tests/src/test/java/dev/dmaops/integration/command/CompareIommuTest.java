package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --compare-iommu}. */
final class CompareIommuTest {
    @TempDir
    private Path folder;

    @Test
    void everythingButTimeIsTheSameEveryTime() {
        assertThat(compare(example("pc-iommu.conf"), "--ops", "60")).isEqualTo("""
                pc-iommu: the same operations without and with an IOMMU (x86, Linux 6.12, 6GiB of RAM)

                DEVICE        IOMMU    BACKEND  DOMAIN  MAPS  REFUSED  COPIES  COPIED KiB  WRONG ms
                0000:00:17.0  absent   swiotlb  none     171        0       7        21.9      0 T
                              present  iommu    dma-fq   170        0       7        21.9      0 T
                0000:03:00.0  absent   swiotlb  none     105        0      61       611.8      0 T
                              present  iommu    dma-fq   104        0       9        39.1      0 T
                0000:04:00.0  absent   swiotlb  none     123        0       0         0.0      0 T
                              present  iommu    dma      123        0     106       271.7      0 T
                without: 399 maps, 68 copies of 633.7 KiB, 0 wrong bytes, T ms
                with: 397 maps, 122 copies of 332.7 KiB, 0 wrong bytes, T ms
                """);
    }

    @Test
    void whereNoDeviceIsBehindAnIommuAllAre() {
        assertThat(compare(example("pc-2g.conf"), "--ops", "10", "--devices", "*17.0"))
                .containsPattern("0000:00:17\\.0  absent   direct   none +\\d+ +0 +0 ")
                .containsPattern(" present  iommu    dma-fq +\\d+ +0 +0 ");
    }

    @Test
    void kernelThatTranslatesForNobodyIsSaidSo() throws IOException {
        Path file = Files.writeString(folder.resolve("pc.conf"), """
                platform = x86
                kernel { version = "6.12", cmdline = "intel_iommu=off" }
                machine { memory = 64MiB }
                devices { "0000:00:02.0" { bus = pci } }
                """);

        assertThat(compare(file.toString(), "--ops", "5"))
                .endsWith(
                        "The kernel translates for no device here; explain says why (on x86, kernel.cmdline may have to say"
                                + " intel_iommu=on).\n");
    }

    @Test
    void jsonHasBothWorlds() {
        Command command = Command.run(
                "run", "--compare-iommu", "--json", "--ops", "5", "--devices", "*17.0", example("pc-iommu.conf"));

        assertThat(command.status()).isZero();
        assertThat(command.out())
                .containsSubsequence(
                        "\"absent\"", "\"backend\" : \"swiotlb\"", "\"present\"", "\"backend\" : \"iommu\"")
                .containsSubsequence("\"bouncedBytes\"", "\"nanos\"", "\"mismatchedBytes\" : 0");
    }

    @Test
    void withoutConfigurationItSaysWhichToTry() {
        Command command = Command.run("run", "--compare-iommu");

        assertThat(command.status()).isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "--compare-iommu needs a configuration: expected CONFIG, found none. Try examples/pc-iommu.conf.");
    }

    private static String example(String name) {
        return Examples.folder().resolve(name).toString();
    }

    /** The text with T for each time. */
    private static String compare(String file, String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "run";
        arguments[1] = "--compare-iommu";
        arguments[2] = file;
        System.arraycopy(options, 0, arguments, 3, options.length);
        Command command = Command.run(arguments);
        assertThat(command.status()).as(command.err()).isZero();
        return command.out()
                .replaceAll("(?m) +\\d+\\.\\d$", " T")
                .replaceAll("(?m), \\d+\\.\\d ms$", ", T ms")
                .replaceAll("(?m) +ms$", " ms");
    }
}
