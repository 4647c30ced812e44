package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole outputs, as files beside the logs that they are about. */
final class DiagnoseCommandTest {
    private static final Path FOLDER = Path.of("src/test/resources/diagnose");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"too-large", "leak", "reach", "others", "boots", "old"})
    void aLogIsExplainedAsExpected(String name) throws IOException {
        assertThat(run("diagnose", FOLDER.resolve(name + ".log").toString())).isEqualTo(1);

        assertThat(out.toString().replace(FOLDER + "/", "")).isEqualTo(Files.readString(FOLDER.resolve(name + ".txt")));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void jsonHasOneFieldForEachRecordComponent() throws IOException {
        assertThat(run("diagnose", "--json", FOLDER.resolve("too-large.log").toString()))
                .isEqualTo(1);

        assertThat(out.toString().replace(FOLDER + "/", ""))
                .isEqualTo(Files.readString(FOLDER.resolve("too-large.json")));
    }

    @Test
    void aLogWithoutComplaintsIsFine() throws IOException {
        Path log = Files.writeString(folder.resolve("quiet.log"), """
                [    0.000000] Linux version 6.12.117 (a@b) #1 SMP
                [    0.000000] software IO TLB: mapped [mem 0x000000007bea1000-0x000000007fea1000] (64MB)
                [    9.100001] usb 1-1: new high-speed USB device number 2 using xhci_hcd
                """);

        assertThat(run("diagnose", log.toString())).isZero();

        assertThat(out.toString()).isEqualTo(log + """
                : 3 lines, 1 boot, no complaint about DMA

                Boot 1, lines 1-3: Linux 6.12.117, bounce pool of 32768 slots (64 MiB)
                """);
    }

    @Test
    void standardInputIsReadWithoutANameAndWithADash() throws IOException {
        InputStream before = System.in;
        try {
            for (List<String> arguments : List.of(List.of("diagnose"), List.of("diagnose", "-"))) {
                System.setIn(new ByteArrayInputStream(Files.readAllBytes(FOLDER.resolve("leak.log"))));
                assertThat(run(arguments.toArray(String[]::new))).isEqualTo(1);
            }
        } finally {
            System.setIn(before);
        }
        assertThat(out.toString()).contains("(standard input):3: rtl8192ee", "Cause (2), likely: a leak");
    }

    @Test
    void aPackedLogReadsLikeThePlainOne() throws IOException {
        Path packed = folder.resolve("too-large.log");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(FOLDER.resolve("too-large.log"), gzip);
        }

        assertThat(run("diagnose", packed.toString())).isEqualTo(1);

        assertThat(out.toString().replace(folder + "/", ""))
                .isEqualTo(Files.readString(FOLDER.resolve("too-large.txt")));
    }

    @Test
    void aFileThatCannotBeReadIsWrongInput() {
        assertThat(run("diagnose", folder.resolve("nothing.log").toString())).isEqualTo(2);
        assertThat(run("diagnose", folder.toString())).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly(
                        "dmaops diagnose: " + folder + "/nothing.log: cannot read the kernel log: found"
                                + " NoSuchFileException (" + folder
                                + "/nothing.log). Check the path and its permissions.",
                        "dmaops diagnose: " + folder
                                + ": cannot read the kernel log: expected a file, found a directory. Name a file, or - for"
                                + " input.");
    }

    @Test
    void aPackedLogCutShortIsWrongInput() throws IOException {
        Path packed = Files.write(folder.resolve("cut.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});

        assertThat(run("diagnose", packed.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("cut.gz: cannot unpack the gzip file: expected a complete file, found");
    }

    @Test
    void everyRecordedLogIsReadWithoutAnError() throws IOException {
        Path logs = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"), "dmesg");
        assumeTrue(Files.isDirectory(logs), "no recorded logs at " + logs);
        try (var files = Files.list(logs)) {
            for (Path log : files.toList()) {
                assertThat(run("diagnose", log.toString())).as(log.toString()).isBetween(0, 1);
            }
        }
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).doesNotContain(" 2 boots");
    }
}
