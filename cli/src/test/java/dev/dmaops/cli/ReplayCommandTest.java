package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace of two disks, with a scatter list, a refused call, lost events and an event of a later kernel. */
final class ReplayCommandTest {
    private static final Path FOLDER = Path.of("src/test/resources/replay");
    private static final String TRACE = FOLDER.resolve("two-disks.trace").toString();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void reportSaysWhatHappenedAndWhatIsEnough() throws IOException {
        assertThat(run("replay", TRACE)).isEqualTo(ExitCode.FINDINGS.number());

        assertThat(out.toString()).isEqualTo(Files.readString(FOLDER.resolve("two-disks.txt")));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void jsonHasTheFieldsOfTheContract() {
        run("replay", TRACE, "--json");

        assertThat(out.toString())
                .contains("\"highWaterSlots\" : 132")
                .contains("\"slots\" : 256")
                .contains("\"areas\" : 2")
                .contains("\"maps\" : 6")
                .contains("\"bounced\" : 4")
                .contains("\"failures\" : 1")
                .contains("\"unmatchedAtStart\" : 1")
                .contains("\"smallestSlots\" : 512")
                .contains("\"bootArgument\" : \"swiotlb=512\"")
                .contains("\"devices\" : [ {");
    }

    @Test
    void optionsGoBeforeTheFactsBesideTheTraceAndAreRounded() {
        assertThat(run("replay", TRACE, "--slots", "1000", "--areas", "3", "--min-align", "0000:00:02.0=0x7ff"))
                .isZero();

        assertThat(out.toString())
                .contains(
                        "Pool: 1024 slots (2 MiB) in 4 areas [--slots and --areas; Linux makes 1024 slots in 4 areas of 1000,3]")
                .contains("0x7ff [--min-align]")
                .contains("boot argument swiotlb=512,4")
                .doesNotContain("those of the trace");
    }

    @Test
    void poolOfAConfigurationIsTaken(@TempDir Path folder) throws IOException {
        Path configuration = Files.writeString(folder.resolve("pc.conf"), """
                platform = x86
                kernel { version = "6.12", cmdline = "swiotlb=2048,4,force" }
                machine { kind = sim, memory = 1GiB }
                devices { "0000:00:01.0" { bus = pci } }
                """);

        assertThat(run("replay", TRACE, "--config", configuration.toString()))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("Pool: 2048 slots (4 MiB) in 4 areas, everything bounces [pc.conf]");
    }

    @Test
    void whatIsNotSaidIsInferredAndSaidSo(@TempDir Path folder) throws IOException {
        Path packed = folder.resolve("alone.trace.gz");
        try (OutputStream to = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(Path.of(TRACE), to);
        }

        assertThat(run("replay", packed.toString())).isZero();

        assertThat(out.toString())
                .contains("inferred: Linux's default for 2 processors")
                .contains("0xfff [inferred from 2 bounces, 1 of them not page aligned]");
    }

    @Test
    void packedTraceGivesTheSame() throws IOException {
        run("replay", TRACE + ".xz");

        assertThat(out.toString().replace(TRACE + ".xz", TRACE))
                .isEqualTo(Files.readString(FOLDER.resolve("two-disks.txt")));
    }

    @Test
    void reportOfTraceCmdGivesTheSame(@TempDir Path folder) throws IOException {
        Path plain = Files.copy(Path.of(TRACE), folder.resolve("plain.trace"));
        String lines = Files.readString(plain)
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("(\\[\\d+]) \\S+ +", "$1  ")
                .replaceAll("(swiotlb|dma)(\\w+): ", "$1$2:      ");
        Path reported = Files.writeString(folder.resolve("reported.txt"), "cpus=2\n" + lines);

        assertThat(outcome(reported)).isEqualTo(outcome(plain));
    }

    /** The report without the file's name and lines' numbers. */
    private String outcome(Path trace) {
        out.getBuffer().setLength(0);
        run("replay", trace.toString());
        assertThat(err.toString()).isEmpty();
        return out.toString().replace(trace.toString(), "TRACE").replaceAll("line \\d+", "line N");
    }

    @Test
    void traceInWhichNothingBouncedSizesNoPool(@TempDir Path folder) throws IOException {
        Path trace = Files.writeString(
                folder.resolve("direct.trace"),
                "  x-1  [000] d..1.  1.000001: dma_map_page: disk dir=TO_DEVICE dma_addr=1000 size=512 phys_addr=1000 attrs=\n");

        assertThat(run("replay", trace.toString())).isZero();

        assertThat(out.toString()).contains("""
                        Nothing bounced, so this trace asks for no pool of any size.
                          A trace that was made without the event swiotlb:swiotlb_bounced looks the same. Enable it and those of dma, then trace
                          again, before you make a pool smaller.
                        """).doesNotContain("boot argument", "SLOTS  MAPPINGS");
    }

    @Test
    void pageHoldsPlotsAndTheReportAndLoadsNothing(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.html");

        assertThat(run("replay", TRACE, "--html", page.toString())).isEqualTo(ExitCode.FINDINGS.number());

        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .contains("Slots in use over time", "Slots of a mapping", "Bytes that bounced, by device")
                .contains("high water 132 of 256 slots")
                .containsPattern("(?s)<svg.*<svg.*<svg")
                .doesNotContain("http", "src=", "<script", "NaN");
    }

    @Test
    void pageThatCannotBeWrittenIsRefused(@TempDir Path folder) {
        assertThat(run("replay", TRACE, "--html", folder.toString())).isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(err.toString()).contains("cannot write the page");
    }

    @Test
    void wrongOptionsAreRefused() {
        assertThat(run("replay", TRACE, "--slots", "0")).isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(run("replay", TRACE, "--min-align", "0000:00:02.0=0xff0")).isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(err.toString())
                .contains("--slots: expected a number from 1 to 1048576, found 0.")
                .contains("--min-align: expected DEV=MASK with the low bits set");
    }

    @Test
    void malformedEventIsOneErrorWithItsLine(@TempDir Path folder) throws IOException {
        String line =
                "  x-1  [000] d..1.  1.000001: swiotlb_bounced: dev_name: d dma_mask=ff dev_addr=zz size=1 FORCE\n";
        Path bad = Files.writeString(folder.resolve("bad.trace"), "# tracer: nop\n" + line);

        assertThat(run("replay", bad.toString())).isEqualTo(ExitCode.WRONG_INPUT.number());

        assertThat(err.toString())
                .isEqualTo("dmaops replay: DMA-1004 " + bad
                        + ":2: cannot read the event: expected a hexadecimal number, found \"zz\"."
                        + " Give the trace as the kernel printed it, or take the line out.\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void missingFileAndFileWithoutEventsAreRefused(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.trace"), "# tracer: nop\n");

        assertThat(run("replay", folder.resolve("none.trace").toString())).isEqualTo(ExitCode.WRONG_INPUT.number());
        assertThat(run("replay", empty.toString())).isEqualTo(ExitCode.WRONG_INPUT.number());

        assertThat(err.toString()).contains("found no such file").contains("found none in 1 lines");
    }
}
