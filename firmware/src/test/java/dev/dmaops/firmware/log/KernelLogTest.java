package dev.dmaops.firmware.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

final class KernelLogTest {
    private static final String FULL =
            "nvme 0000:01:00.0: swiotlb buffer is full (sz: 4096 bytes), total 2048 (slots), used 12 (slots)";
    private static final LogLine MEANING = new LogLine.PoolFull(
            new LogDevice("0000:01:00.0", "nvme"), 4096, OptionalLong.of(2048), OptionalLong.of(12));

    private final List<LogEntry> entries = new ArrayList<>();
    private final List<Double> times = new ArrayList<>();

    private long read(byte[] bytes) {
        return KernelLog.read("log", new ByteArrayInputStream(bytes), new KernelLog.Listener() {
            @Override
            public void time(long number, double seconds) {
                times.add(seconds);
            }

            @Override
            public void entry(LogEntry entry) {
                entries.add(entry);
            }
        });
    }

    private LogLine line(String text) {
        entries.clear();
        read(text.getBytes(StandardCharsets.UTF_8));
        return entries.getFirst().line();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "[   12.345678] |12.345678",
                "<4>[   12.345678] |12.345678",
                "[   12.345678][    T1] |12.345678",
                "[   12.345678] [C0] |12.345678",
                "Nov 30 12:00:01 host kernel: [   12.345678] |12.345678",
                "kern  :warn  : [   12.345678] |12.345678",
            })
    void theKernelsClockIsFoundBehindWhateverStandsInFront(String prefix, double seconds) {
        assertThat(line(prefix + FULL)).isEqualTo(MEANING);
        assertThat(times).containsExactly(seconds);
        assertThat(entries.getFirst().stamp().sinceBoot()).isEqualTo(OptionalDouble.of(seconds));
        assertThat(entries.getFirst().message()).isEqualTo(FULL);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Nov 30 12:00:01 host kernel: ",
                "<4>Nov 30 12:00:01 host kernel: ",
                "2026-11-30T12:00:01.25+01:00 host kernel: ",
                "[Mon Nov 30 12:00:01 2026] ",
            })
    void withoutItTheDateTellsTheTime(String prefix) {
        assertThat(line(prefix + FULL)).isEqualTo(MEANING);
        assertThat(times).isEmpty();
        assertThat(entries.getFirst().stamp().seconds()).isPresent();
        assertThat(entries.getFirst().stamp().text()).contains("12:00:01");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "<4>", "<13>"})
    void noTimeAtAllIsFine(String prefix) {
        assertThat(line(prefix + FULL)).isEqualTo(MEANING);
        assertThat(entries.getFirst().stamp().seconds()).isEmpty();
    }

    @Test
    void aFaultOfTheDevicesTableEntryIsNoneOfItsAddress() {
        assertThat(line(
                        "DMAR: [DMA Read NO_PASID] Request device [04:00.1] fault addr 0xfff00000 [fault reason 0x02] Present"
                                + " bit in context entry is clear"))
                .matches(line -> !((LogLine.IommuFault) line).ofAddress());
        assertThat(line("AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=00:00.0 address=0x10 flags=0x0a00]"))
                .matches(line -> !((LogLine.IommuFault) line).ofAddress());
    }

    @Test
    void oldFormsOfLinesAreKnown() {
        assertThat(line("software IO TLB [mem 0x37400000-0x3b3fffff] (64MB) mapped at [ffff8800]"))
                .isEqualTo(new LogLine.PoolMapped(0x37400000L, 32768));
        assertThat(line("e 0:1: swiotlb buffer is full (sz: 9100 bytes)"))
                .isEqualTo(new LogLine.PoolFull(
                        new LogDevice("0:1", "e"), 9100, OptionalLong.empty(), OptionalLong.empty()));
        assertThat(line("e 0:1: overflow 0x0000000106c00000+4096 of DMA mask ffffffff bus mask 0"))
                .isEqualTo(new LogLine.AddressOverflow(
                        new LogDevice("0:1", "e"), false, 0x106c00000L, 4096, 0xffffffffL, 0));
        assertThat(line("e 0:1: DMA-API: device driver failed to check map error[device address=0x1]"))
                .isEqualTo(new LogLine.CheckerReport(
                        new LogDevice("0:1", "e"), "device driver failed to check map error[device address=0x1]"));
    }

    @Test
    void faultsOfEveryIommuNameDeviceAccessAndAddress() {
        assertThat(
                        line(
                                "DMAR: [DMA Read] Request device [00:02.0] PASID ffffffff fault addr 1a45aa9000 [fault reason 06] x"))
                .isEqualTo(new LogLine.IommuFault(
                        new LogDevice("00:02.0", ""),
                        "DMAR",
                        "read",
                        OptionalLong.of(0x1a45aa9000L),
                        "reason 0x6, x",
                        true));
        assertThat(line("AMD-Vi: Event logged [IO_PAGE_FAULT device=03:00.0 domain=0x000a address=0x10 flags=0x0020]"))
                .isEqualTo(new LogLine.IommuFault(
                        new LogDevice("03:00.0", ""), "AMD-Vi", "write", OptionalLong.of(0x10), "IO_PAGE_FAULT", true));
        assertThat(line("arm-smmu-v3 9050000.smmuv3: event: F_TRANSLATION client: 0000:00:01.0 sid: 0x8 ssid: 0x0 iova:"
                        + " 0xfffff000 ipa: 0x0"))
                .isEqualTo(new LogLine.IommuFault(
                        new LogDevice("0000:00:01.0", ""),
                        "arm-smmu-v3",
                        "",
                        OptionalLong.of(0xfffff000L),
                        "F_TRANSLATION",
                        true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DMA-API: preallocated 65536 debug entries",
                "DMAR: DRHD: handling fault status reg 2",
                "x y: swiotlb buffer is full (sz: 99999999999999999999 bytes), total 1 (slots), used 1 (slots)",
                "x y: swiotlb buffer is full (sz: 1 bytes), total 1 (slots), used 2 (slots)",
                "APIC delta adjusted to PM-Timer: 6249989 (5928353)",
                ""
            })
    void linesThatSayNothingAboutDmaArePassedOver(String line) {
        assertThat(read((line + "\n").getBytes(StandardCharsets.UTF_8))).isEqualTo(1);
        assertThat(entries).isEmpty();
    }

    @Test
    void linesAreCountedAcrossBuffersAndLongOnesAreCut() {
        String filler = "x".repeat(100_000) + "\n" + "y\n".repeat(50_000);

        assertThat(read((filler + FULL).getBytes(StandardCharsets.UTF_8))).isEqualTo(50_002);

        assertThat(entries).extracting(LogEntry::number).containsExactly(50_002L);
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        assertThat(line(FULL + "\u001b[31m\r")).isEqualTo(MEANING);
        assertThat(entries.getFirst().message()).isEqualTo(FULL + " [31m");
    }

    @Test
    void xzIsUnpackedWhileReading() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (XZOutputStream xz = new XZOutputStream(packed, new LZMA2Options())) {
            xz.write(FULL.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(read(packed.toByteArray())).isEqualTo(1);

        assertThat(entries).hasSize(1);
        byte[] cut = java.util.Arrays.copyOf(packed.toByteArray(), 40);
        assertThatThrownBy(() -> read(cut))
                .isInstanceOf(FirmwareException.class)
                .hasMessageStartingWith("log: cannot unpack the xz file: expected a complete file, found");
    }
}
