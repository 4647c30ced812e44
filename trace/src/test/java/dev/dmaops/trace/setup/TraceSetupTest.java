package dev.dmaops.trace.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.trace.event.TraceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is believed of a trace's surroundings. */
final class TraceSetupTest {
    private static final String GOOD = """
            {"pool": {"nslabs": 32768, "nareas": 2, "pool_start": "0x39800000", "possible_cpus": 2},
             "devices": [{"name": "disk", "min_align_mask": "0xfff", "seg_boundary": "0xffffffff"}]}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private TraceSetup setup(String trace) throws IOException {
        Path file = Files.writeString(folder.resolve("t.trace"), trace);
        return TraceSetup.of(new TraceFile("t.trace", file, read -> {}), ReplayOptions.NONE);
    }

    private static String bounce(long dma) {
        return "  x-7 [000] d..1. 1.000001: swiotlb_bounced: dev_name: disk dma_mask=ff dev_addr=1000 size=4096 FORCE\n"
                + "  x-7 [000] d..1. 1.000002: dma_map_page: disk dir=TO_DEVICE dma_addr=" + Long.toHexString(dma)
                + " size=4096 phys_addr=1000 attrs=\n";
    }

    @Test
    void factsBesideTheTraceAreTaken() throws IOException {
        Files.writeString(folder.resolve("t.meta.json"), GOOD);

        TraceSetup setup = setup(bounce(0x39800000L));

        assertThat(setup.pool()).isEqualTo(new PoolFacts(32768, 2, 0x39800000L, false, 2, "t.meta.json"));
        assertThat(setup.device("disk")).isEqualTo(new DeviceFacts(0xfff, 0xffff_ffffL, 0, "t.meta.json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"nslabs\": 32768|\"nslabs\": -1|expected nslabs from 0 to 1048576, found -1",
                "\"nslabs\": 32768|\"nslabs\": 4294967296|expected nslabs from 0 to 1048576, found 4294967296",
                "\"nslabs\": 32768|\"nslabs\": 99999999999999999999|expected a number nslabs, found",
                "\"nslabs\": 32768|\"nslabs\": 1.5|expected a number nslabs, found",
                "\"nareas\": 2|\"nareas\": 512|expected nareas from 0 to 256, found 512",
                "\"nareas\": 2|\"nareas\": 0|expected a power of two as nareas, found 0",
                "\"nareas\": 2|\"nareas\": 3|expected a power of two as nareas, found 3",
                "0x39800000|0xfffffffffffff800|expected pool_start from 0x0 to 0xffffffc000000, found 0xfffffffffffff800",
                "\"possible_cpus\": 2|\"possible_cpus\": 100000|expected possible_cpus from 0 to 8192, found 100000",
                "\"0xfff\"|\"0xf0f\"|expected a mask of low bits as min_align_mask, found 0xf0f",
                "\"0xffffffff\"|\"0xfffffffe\"|expected a mask of low bits as seg_boundary, found 0xfffffffe",
            })
    void factThatCannotBeIsRefused(String good, String bad, String said) throws IOException {
        String facts = GOOD.replace(good, bad);
        Files.writeString(folder.resolve("t.meta.json"), facts);

        assertThat(facts).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> setup(bounce(0x39800000L)))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("t.meta.json")
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|expected a JSON object, found an empty file",
                "[]|expected a JSON object, found something else",
                "{}|expected an object \"pool\", found none",
                "{} {}|expected one JSON object, found more after it",
            })
    void fileThatIsNoObjectIsRefused(String facts, String said) throws IOException {
        Files.writeString(folder.resolve("t.meta.json"), facts);

        assertThatThrownBy(() -> setup(bounce(0x39800000L)))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("t.meta.json")
                .hasMessageContaining(said);
    }

    @Test
    void addressWhereNoMemoryCanBeSaysNothingAboutThePool() throws IOException {
        assertThat(setup(bounce(0xffff_ffff_ffff_f000L)).pool().start()).isZero();
        assertThat(setup(bounce(0xffff_ffff_ffff_f000L) + bounce(0x39800000L)).pool())
                .satisfies(pool -> assertThat(pool.start()).isEqualTo(0x39800000L))
                .satisfies(pool -> assertThat(pool.slots()).isEqualTo(32768));
    }

    @Test
    void moreProcessorsThanAKernelCanHaveAreAMistakeInTheLine() throws IOException {
        assertThat(setup("# entries-in-buffer/entries-written: 2/2   #P:8192\n" + bounce(0x39800000L))
                        .pool()
                        .processors())
                .isEqualTo(8192);
        assertThatThrownBy(() -> setup("# entries-in-buffer/entries-written: 2/2   #P:7777777777777\n"))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("t.trace:1: cannot read the number of processors: expected at most 8192, found");
        assertThatThrownBy(() -> setup(bounce(0x39800000L).replace("[000]", "[8192]")))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining(
                        "t.trace:1: cannot read the event: expected a processor from 0 to 8191, found 8192");
    }
}
