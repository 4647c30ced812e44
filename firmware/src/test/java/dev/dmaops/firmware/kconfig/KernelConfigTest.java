package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class KernelConfigTest {
    private static final String SMALL = """
            #
            # Automatically generated file; DO NOT EDIT.
            # Linux/arm64 6.12.117 Kernel Configuration
            #
            CONFIG_CC_VERSION_TEXT="a \\"quoted\\" \\\\ text"
            CONFIG_ARM64=y
            # CONFIG_SWIOTLB_DYNAMIC is not set
            CONFIG_XEN_GNTDEV=m
            CONFIG_CMA_SIZE_MBYTES=64
            CONFIG_LOW=-1
            CONFIG_BASE=0xFFFF800000000000
            CONFIG_EMPTY=""
            """;

    @Test
    void everyKindOfValueIsReadWithItsLine() {
        KernelConfig config = KernelConfig.parse("c", SMALL);
        assertThat(config.entries())
                .containsExactly(
                        new ConfigEntry("CC_VERSION_TEXT", new ConfigValue.Text("a \"quoted\" \\ text"), 5),
                        new ConfigEntry("ARM64", new ConfigValue.Tri(Tristate.Y), 6),
                        new ConfigEntry("SWIOTLB_DYNAMIC", new ConfigValue.Tri(Tristate.N), 7),
                        new ConfigEntry("XEN_GNTDEV", new ConfigValue.Tri(Tristate.M), 8),
                        new ConfigEntry("CMA_SIZE_MBYTES", new ConfigValue.Int(64), 9),
                        new ConfigEntry("LOW", new ConfigValue.Int(-1), 10),
                        new ConfigEntry("BASE", new ConfigValue.Hex(0xffff800000000000L), 11),
                        new ConfigEntry("EMPTY", new ConfigValue.Text(""), 12));
        assertThat(config.originOf("ARM64")).isEqualTo("c:6");
        assertThat(config.entry("ARM64").orElseThrow().text()).isEqualTo("CONFIG_ARM64=y");
        assertThat(config.entry("BASE").orElseThrow().text()).isEqualTo("CONFIG_BASE=0xffff800000000000");
        assertThat(config.entry("CC_VERSION_TEXT").orElseThrow().text())
                .isEqualTo("CONFIG_CC_VERSION_TEXT=\"a \\\"quoted\\\" \\\\ text\"");
    }

    @Test
    void notSetIsKeptApartFromAbsent() {
        KernelConfig config = KernelConfig.parse("c", SMALL);
        assertThat(config.entry("SWIOTLB_DYNAMIC"))
                .hasValueSatisfying(entry -> assertThat(entry.text()).isEqualTo("# CONFIG_SWIOTLB_DYNAMIC is not set"));
        assertThat(config.entry("XEN")).isEmpty();
        assertThat(config.tristate("SWIOTLB_DYNAMIC")).isEqualTo(Tristate.N);
        assertThat(config.tristate("XEN")).isEqualTo(Tristate.N);
        assertThat(config.tristate("XEN_GNTDEV")).isEqualTo(Tristate.M);
        assertThat(config.originOf("XEN")).isEqualTo("c");
    }

    @Test
    void headerGivesVersionAndTheSymbolsTheArchitecture() {
        KernelConfig config = KernelConfig.parse("c", SMALL);
        assertThat(config.version()).contains(new KernelVersion(6, 12, 117));
        assertThat(config.versionOrigin()).isEqualTo("c:3");
        assertThat(config.architecture()).contains(KernelArchitecture.ARM64);
        KernelConfig bare = KernelConfig.parse("c", "CONFIG_X=y\r\n# CONFIG_Y is not set\r\n");
        assertThat(bare.version()).isEmpty();
        assertThat(bare.architecture()).isEmpty();
        assertThat(bare.entries()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "x86,    CONFIG_64BIT=y,              X86_64",
        "x86,    # CONFIG_64BIT is not set,   X86_32",
        "x86,    CONFIG_X=y,                  ",
        "i386,   CONFIG_X=y,                  X86_32",
        "x86_64, CONFIG_X=y,                  X86_64",
        "arm,    CONFIG_X=y,                  ARM",
        "riscv,  CONFIG_X=y,                  ",
        "x86,    CONFIG_X86_32=y,             X86_32",
        "i386,   CONFIG_X86_32=y,             X86_32"
    })
    void architectureFollowsSymbolsThenHeader(String header, String line, KernelArchitecture expected) {
        KernelConfig config = KernelConfig.parse("c", "# Linux/" + header + " 6.1.0 Kernel Configuration\n" + line);
        assertThat(config.architecture()).isEqualTo(java.util.Optional.ofNullable(expected));
    }

    @Test
    void twoArchitecturesAreRefusedWithBothLines() {
        KernelConfig two = KernelConfig.parse("c", "CONFIG_ARM64=y\nCONFIG_X86_64=y\n");
        assertThatThrownBy(two::architecture)
                .isInstanceOf(FirmwareException.class)
                .hasMessage("c line 2: contradicts line 1: expected CONFIG_ARM64=y, found CONFIG_X86_64=y. "
                        + "Remove one of the two lines.");
        KernelConfig header = KernelConfig.parse("c", "# Linux/arm 6.12.0 Kernel Configuration\nCONFIG_ARM64=y\n");
        assertThatThrownBy(header::architecture)
                .isInstanceOf(FirmwareException.class)
                .hasMessage("c line 2: contradicts line 1: expected a symbol of Linux/arm, found CONFIG_ARM64=y. "
                        + "Remove one of the two lines.");
    }

    @Test
    void contentNotNameDecidesHowTheFileIsPacked(@TempDir Path folder) throws IOException {
        byte[] plain = SMALL.getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : new byte[][] {plain, gzip(plain), xz(plain)}) {
            Path file = folder.resolve("config.xz");
            Files.write(file, bytes);
            assertThat(KernelConfig.read(file).entries())
                    .isEqualTo(KernelConfig.parse("c", SMALL).entries());
        }
    }

    @Test
    void oneSymbolWithTwoValuesIsRefusedWithBothLines() {
        assertThatThrownBy(() -> KernelConfig.parse("c", "CONFIG_XEN=y\n\nCONFIG_XEN=n\n"))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("c line 3: contradicts line 1: expected CONFIG_XEN=y, found # CONFIG_XEN is not set. "
                        + "Remove one of the two lines.");
        assertThat(KernelConfig.parse("c", "CONFIG_XEN=y\nCONFIG_XEN=y\n").entries())
                .hasSize(1);
        assertThat(KernelConfig.parse("c", "CONFIG_XEN=n\n# CONFIG_XEN is not set\n")
                        .entries())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG_Y",
                "CONFIG_Y=",
                "CONFIG_Y=yes",
                "CONFIG_Y=\"open",
                "CONFIG_Y=\"a\"b\"",
                "Y=y",
                " CONFIG_Y=y",
                "CONFIG_=y",
                "CONFIG_A-B=y",
                "CONFIG_Y=0x",
                "CONFIG_Y=0x11112222333344445",
                "CONFIG_Y=1234567890123456789012"
            })
    void malformedLineIsRefusedWithItsNumber(String line) {
        assertThatThrownBy(() -> KernelConfig.parse("c", "CONFIG_X=y\n" + line + "\n"))
                .isInstanceOf(FirmwareException.class)
                .hasMessageStartingWith("c line 2: cannot read the kernel configuration: expected ")
                .hasMessageEndingWith(", found \"" + line + "\". Correct the line or delete it.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment\n", "<html>\n", "/dts-v1/;\n"})
    void otherTextIsNotAKernelConfiguration(String text) {
        assertThatThrownBy(() -> KernelConfig.parse("c", text))
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining("is not a kernel configuration");
    }

    @Test
    void damagedFilesFailWithOneClearMessage(@TempDir Path folder) throws IOException {
        byte[] plain = SMALL.getBytes(StandardCharsets.UTF_8);
        assertFails(
                Arrays.copyOf(xz(plain), 100),
                "cannot unpack the xz file: expected a complete file, found its end after 100");
        assertFails(
                Arrays.copyOf(gzip(plain), 50),
                "cannot unpack the gzip file: expected a complete file, found its end after 50");
        byte[] flipped = xz(plain);
        flipped[flipped.length / 2] ^= 0x55;
        assertFails(flipped, "c: cannot unpack the xz file: found CorruptedInputException");
        assertFails(new byte[] {0x7f, 'E', 'L', 'F', 0}, "c: is not a kernel configuration: expected text");
        assertFails(new byte[] {(byte) 0xff, 'a'}, "found bytes that are not UTF-8");
        byte[] blank = new byte[ConfigUnpacker.LIMIT_BYTES + 1];
        Arrays.fill(blank, (byte) '\n');
        assertFails(
                blank, "is too large for a kernel configuration: expected at most 16777216 bytes of text, found more");
        assertFails(gzip(blank), "is too large for a kernel configuration");
        assertFails(xz(blank), "is too large for a kernel configuration");
        assertThatThrownBy(() -> KernelConfig.read(folder))
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining("expected a file, found a directory");
        assertThatThrownBy(() -> KernelConfig.read(folder.resolve("none")))
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining("none: cannot read the kernel configuration: found NoSuchFileException");
    }

    @Test
    void realConfigurationsAreReadCompletely() {
        for (Path file : GoldenConfigs.all()) {
            KernelConfig config = KernelConfig.read(file);
            assertThat(config.version()).as("%s", file).isPresent();
            assertThat(config.architecture()).as("%s", file).isPresent();
            assertThat(config.entries()).as("%s", file).hasSizeGreaterThan(4000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedInputGivesAResultOrAFirmwareException(long seed) {
        Random random = new Random(seed);
        byte[] plain = SMALL.getBytes(StandardCharsets.UTF_8);
        byte[][] sources = {plain, gzip(plain), xz(plain), new byte[200]};
        for (int i = 0; i < 500; i++) {
            byte[] bytes = sources[random.nextInt(sources.length)].clone();
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            byte[] input = bytes;
            try {
                KernelConfig.of("c", input).architecture();
            } catch (FirmwareException expected) {
                assertThat(expected.getMessage())
                        .as("seed %d, round %d", seed, i)
                        .startsWith("c")
                        .doesNotContain("\n");
            }
        }
    }

    private static void assertFails(byte[] bytes, String message) {
        assertThatExceptionOfType(FirmwareException.class)
                .isThrownBy(() -> KernelConfig.of("c", bytes))
                .withMessageContaining(message)
                .withMessageNotContaining("\n");
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] xz(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new XZOutputStream(packed, new LZMA2Options(0))) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
