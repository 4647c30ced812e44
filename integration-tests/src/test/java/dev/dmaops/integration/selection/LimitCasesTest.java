package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks and limits after the bus has configured a device. */
class LimitCasesTest {
    @ParameterizedTest
    @CsvSource({
        "6.12,0x40000000,0x0,0x80000000,0x7fffffff,0x7fffffff",
        "6.12,0x40000000,0x20000000,0x40000000,0x5fffffff,0x7fffffff",
        "6.12,0x40000000,0x0,0x7fffffff,0x7ffffffe,0x7fffffff",
        "6.1,0x40000000,0x0,0x7fffffff,0x7fffffff,0x7fffffff",
        "6.1,0x40000000,0x20000000,0x40000000,0x5fffffff,0x7fffffff",
        "6.12,0x0,0x0,0x1000000000,0xfffffffff,0xffffffff",
        "6.12,0x40000000,0x0,0x1000000,0xffffff,0xffffff"
    })
    void theHighestDmaAddressIsTheLimitAndItsBitsAreTheMask(
            String kernel, String cpu, String dma, String bytes, String limit, String mask) {
        DeviceLimits limits = limits(
                "S067",
                kernel,
                DmaRangeMap.of(List.of(new DmaRange(Long.decode(cpu), Long.decode(dma), Long.decode(bytes)))));

        assertThat(limits.busLimit()).isEqualTo(Long.decode(limit));
        assertThat(limits.streamingMask()).isEqualTo(Long.decode(mask));
        assertThat(limits.coherentMask()).isEqualTo(Long.decode(mask));
    }

    @Test
    void windowsThatCoverNothingKeepTheMaskAndTranslateNothing() {
        DeviceLimits limits = limits("S067", "6.12", DmaRangeMap.of(List.of()));

        assertThat(limits.busLimit()).isEqualTo(0xffff_ffffL);
        assertThat(limits.ranges().isIdentity()).isFalse();
        assertThat(limits.ranges().ranges()).isEmpty();
    }

    @Test
    void windowsThatCoverNothingStoppedTheProbeUntil69() {
        SelectionRow row = Rows.like("S067", "kernel=6.1", "mask=0");

        BackendChoice choice = Rows.plan(row.system(), Devices.ranges(row.device(), DmaRangeMap.of(List.of())))
                .devices()
                .getFirst()
                .choice();

        assertThat(choice.backend()).isEqualTo("none");
        assertThat(Rows.rules(choice)).contains("of.ranges.zero-size", "backend.none.probe-failed");
    }

    @Test
    void acpiLowersMasksOnArm64AndLeavesThemAloneOnX86() {
        DmaRangeMap ranges = DmaRangeMap.of(List.of(new DmaRange(0, 0, 0x3000_0000L)));

        DeviceLimits arm = limits("S093", "6.12", ranges);
        DeviceLimits x86 = limits("S001", "6.12", ranges);

        assertThat(arm.busLimit()).isEqualTo(0x2fff_ffffL);
        assertThat(arm.streamingMask()).isEqualTo(0x3fff_ffffL);
        assertThat(x86.busLimit()).isZero();
        assertThat(x86.ranges().isIdentity()).isTrue();
    }

    @Test
    void aMaskThatIsAcceptedTakesThePlaceOfTheBusMask() {
        DeviceLimits wide =
                Rows.plan(Rows.like("S067", "mask=40")).devices().getFirst().limits();
        DeviceLimits refused = Rows.plan(Rows.like("S058")).devices().getFirst().limits();

        assertThat(wide.streamingMask()).isEqualTo((1L << 40) - 1);
        assertThat(wide.coherentMask()).isEqualTo((1L << 40) - 1);
        assertThat(refused.streamingMask()).isEqualTo(0xffff_ffffL);
    }

    @ParameterizedTest
    @CsvSource({"24,OK", "23,EIO"})
    void aPcAcceptsMasksThatReachTheDmaZone(int bits, SetMaskOutcome outcome) {
        assertThat(Rows.choice(Rows.like("S001", "mask=" + bits)).setMask()).isEqualTo(outcome);
    }

    @Test
    void aGivenBusLimitOverrulesFirmware() {
        SelectionRow row = Rows.like("S067", "bus_limit=30");
        DeviceDescription device =
                Devices.ranges(row.device(), DmaRangeMap.of(List.of(new DmaRange(0, 0, 0x1_0000_0000L))));

        assertThat(Rows.plan(row.system(), device).devices().getFirst().limits().busLimit())
                .isEqualTo(0x3fff_ffffL);
    }

    @Test
    void withoutAWordFromFirmwareArmDoesNotSnoopAndAPcDoes() {
        SelectionRow arm = Rows.like("S067");
        SelectionRow pc = Rows.like("S001", "coherent=0");

        assertThat(Rows.plan(arm.system(), Devices.saysNothingOfCoherence(arm.device()))
                        .devices()
                        .getFirst()
                        .limits()
                        .coherent())
                .isFalse();
        assertThat(Rows.plan(
                                Systems.with(arm.system(), "ARCH_DMA_DEFAULT_COHERENT"),
                                Devices.saysNothingOfCoherence(arm.device()))
                        .devices()
                        .getFirst()
                        .limits()
                        .coherent())
                .isTrue();
        assertThat(Rows.plan(pc).devices().getFirst().limits().coherent()).isTrue();
    }

    private static DeviceLimits limits(String id, String kernel, DmaRangeMap ranges) {
        SelectionRow row = Rows.like(id, "kernel=" + kernel, "mask=0");
        return Rows.plan(row.system(), Devices.ranges(row.device(), ranges))
                .devices()
                .getFirst()
                .limits();
    }
}
