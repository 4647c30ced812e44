package dev.dmaops.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import org.junit.jupiter.api.Test;

class SpiTypesTest {
    @Test
    void everyMappingCodeSurvivesTheTripThroughALong() {
        for (DmaErrorCode code : DmaErrorCode.values()) {
            if (code.number() / 1000 == 2) {
                long refusal = Refusals.of(code);
                assertThat(Refusals.isRefusal(refusal)).isTrue();
                assertThat(Refusals.code(refusal)).isEqualTo(code);
            }
        }
    }

    @Test
    void missingBusTranslationReadsAsOutOfReach() {
        assertThat(Refusals.code(DmaRangeMap.UNREACHABLE)).isEqualTo(DmaErrorCode.OUT_OF_REACH);
    }

    @Test
    void addressesAreNoRefusals() {
        assertThat(Refusals.isRefusal(0)).isFalse();
        assertThat(Refusals.isRefusal(Long.MIN_VALUE)).isFalse();
        assertThat(Refusals.isRefusal(-4096)).isFalse();
        assertThat(Refusals.isRefusal(-4095)).isTrue();
    }

    @Test
    void errorCodesAreUnique() {
        assertThat(DmaErrorCode.values()).extracting(DmaErrorCode::number).doesNotHaveDuplicates();
    }

    @Test
    void aZeroMaskOrBusLimitLimitsNothing() {
        DmaDeviceState state = new DmaDeviceState(DeviceLimits.DEFAULT, "dev0", false);
        state.busLimit(0xbfff_ffffL);
        assertThat(state.streamingLimit()).isEqualTo(0xbfff_ffffL);
        assertThat(state.reaches(0xbfff_f000L, 4096)).isTrue();
        assertThat(state.reaches(0xbfff_f000L, 4097)).isFalse();
        state.busLimit(0);
        assertThat(state.streamingLimit()).isEqualTo(0xffff_ffffL);
        state.streamingMask(0);
        assertThat(state.streamingLimit()).isZero();
        assertThat(state.effectiveMask()).isEqualTo(0xffff_ffffL);
        assertThat(state.reaches(DmaRangeMap.UNREACHABLE, 0)).isFalse();
    }

    @Test
    void aVersionWithoutPatchLevelIsTheNewestOfItsRelease() {
        KernelVersion debian = KernelVersion.parse("6.12.117+deb12-amd64").orElseThrow();
        assertThat(debian).isEqualTo(new KernelVersion(6, 12, 117));
        assertThat(KernelVersion.parse("6.12").orElseThrow())
                .isGreaterThan(debian)
                .hasToString("6.12");
        assertThat(KernelVersion.parse("6.12").orElseThrow().atLeast(6, 11)).isTrue();
        assertThat(KernelVersion.parse("5.15").orElseThrow().atLeast(6, 1)).isFalse();
        assertThat(KernelVersion.parse("six")).isEmpty();
    }
}
