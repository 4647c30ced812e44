package dev.dmaops.firmware.cmdline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.Golden;
import dev.dmaops.firmware.Json;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SwiotlbParametersTest {
    /** Slots and areas are those with two possible CPUs. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            quiet                       | 32768   | 2   | false | false
            swiotlb=force               | 32768   | 2   | true  | false
            swiotlb=noforce             | 32768   | 2   | false | true
            swiotlb=1,force             | 256     | 2   | true  | false
            swiotlb=0,force             | 256     | 2   | true  | false
            swiotlb=127,force           | 256     | 2   | true  | false
            swiotlb=129,1,force         | 256     | 1   | true  | false
            swiotlb=512,16,force        | 2048    | 16  | true  | false
            swiotlb=2048,64,force       | 8192    | 64  | true  | false
            swiotlb=2048,3              | 2048    | 4   | false | false
            swiotlb=2048,0,force        | 2048    | 1   | true  | false
            swiotlb=,4,force            | 32768   | 4   | true  | false
            swiotlb=,8                  | 32768   | 8   | false | false
            swiotlb=0x1000,force        | 4096    | 2   | true  | false
            swiotlb=010000,force        | 4096    | 2   | true  | false
            swiotlb=0x,force            | 256     | 2   | false | false
            swiotlb=1000000,force       | 1048576 | 2   | true  | false
            swiotlb=65536,4,noforce     | 65536   | 4   | false | true
            swiotlb=force,2048          | 32768   | 2   | false | false
            swiotlb=force,4             | 32768   | 2   | false | false
            swiotlb=65536k              | 65536   | 2   | false | false
            swiotlb=2048,force,         | 2048    | 2   | false | false
            swiotlb=2048,,force         | 2048    | 2   | true  | false
            swiotlb=2048 swiotlb=force  | 2048    | 2   | true  | false
            swiotlb=noforce swiotlb=force | 32768 | 2   | true  | true
            swiotlb=,4 swiotlb=1000     | 1024    | 4   | false | false
            swiotlb=1000 swiotlb=,4     | 1024    | 4   | false | false
            swiotlb=1300,4 swiotlb=1300 | 1408    | 4   | false | false
            swiotlb                     | 32768   | 2   | false | false
            """)
    void valuesActAsInTheKernel(String line, long slots, long areas, boolean force, boolean disable) {
        SwiotlbParameters found = of(line).withDefaultAreas(2);
        assertThat(found.slots()).isEqualTo(slots);
        assertThat(found.areas()).isEqualTo(areas);
        assertThat(found.forceBounce()).isEqualTo(force);
        assertThat(found.forceDisable()).isEqualTo(disable);
    }

    @Test
    void kernelsWithoutAreasKnowSlotsAndOneOfForceAndNoforce() {
        SwiotlbParameters both = SwiotlbParameters.ofKernelWithoutAreas(
                KernelCommandLine.parse("swiotlb=1000,force swiotlb=noforce swiotlb=2,4,force"));
        assertThat(both.slots()).isEqualTo(128);
        assertThat(both.areas()).isZero();
        assertThat(both.forceBounce()).isFalse();
        assertThat(both.forceDisable()).isTrue();
    }

    @Test
    void requestsAreKeptAsWritten() {
        assertThat(of("swiotlb=1000,3").requestedSlots()).isEqualTo(OptionalLong.of(1000));
        assertThat(of("swiotlb=1000,3").requestedAreas()).isEqualTo(OptionalLong.of(3));
        assertThat(of("swiotlb=force").requestedSlots()).isEmpty();
    }

    @Test
    void manyAreasMakeThePoolLarger() {
        assertThat(of("").withDefaultAreas(6).areas()).isEqualTo(8);
        assertThat(of("").withDefaultAreas(6).slots()).isEqualTo(32768);
        assertThat(of("").withDefaultAreas(300).areas()).isEqualTo(512);
        assertThat(of("").withDefaultAreas(300).slots()).isEqualTo(65536);
        assertThat(of("swiotlb=,2").withDefaultAreas(300).areas()).isEqualTo(2);
    }

    @Test
    void thePlatformsSizeCountsOnlyWhileTheSizeIsTheDefault() {
        assertThat(of("").adjustSize(1 << 20).slots()).isEqualTo(512);
        assertThat(of("").adjustSize((1 << 20) + 1).slots()).isEqualTo(640);
        assertThat(of("swiotlb=,4").adjustSize((1 << 20) + 1).slots()).isEqualTo(1024);
        assertThat(of("swiotlb=2048").adjustSize(1 << 20).slots()).isEqualTo(2048);
        assertThat(of("swiotlb=32768").adjustSize(1 << 20).slots()).isEqualTo(512);
        assertThat(of("").adjustSize(1L << 30).slots()).isEqualTo(524_288);
    }

    @Test
    void aPoolHasNoMoreAreasThanSlotSets() {
        assertThat(SwiotlbParameters.limitAreas(8, 1024)).isEqualTo(8);
        assertThat(SwiotlbParameters.limitAreas(8, 1023)).isEqualTo(7);
        assertThat(SwiotlbParameters.limitAreas(64, 640)).isEqualTo(5);
    }

    static Stream<String> recordings() {
        return Golden.names("linux", ".jsonl.gz").stream();
    }

    /** What Linux made of real command lines. A pool that memory cannot hold is halved later, until it fits. */
    @ParameterizedTest
    @MethodSource("recordings")
    void recordedKernelsMadeTheSamePool(String recording) {
        Json header = Golden.lines("linux/" + recording).getFirst();
        SwiotlbParameters found = SwiotlbParameters.of(KernelCommandLine.parse(header.text("cmdline")))
                .withDefaultAreas(header.number("possible_cpus"));
        assertThat(header.flag("force_bounce")).isEqualTo(found.forceBounce() && !found.forceDisable());
        long made = header.number("nslabs");
        if (made == 0) {
            assertThat(found.forceBounce() && !found.forceDisable()).isFalse();
            return;
        }
        long slots = found.slots();
        long halfOfMemory = Long.parseLong(header.text("mem").replace("M", "")) * 1024 * 1024 / 2;
        while (slots != made && slots * SwiotlbParameters.SLOT_BYTES > halfOfMemory) {
            slots = (slots / 2 + 127) / 128 * 128;
        }
        assertThat(slots).isEqualTo(made);
        assertThat(SwiotlbParameters.limitAreas(found.areas(), slots)).isEqualTo(header.number("nareas"));
    }

    private static SwiotlbParameters of(String line) {
        return SwiotlbParameters.of(KernelCommandLine.parse(line));
    }
}
