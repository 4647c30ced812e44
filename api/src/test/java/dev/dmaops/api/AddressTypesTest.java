package dev.dmaops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressTypesTest {
    @Test
    void maskOfBitsReachesExactlyThatFar() {
        assertThat(DmaMask.ofBits(32).covers(0xffff_f000L, 4096)).isTrue();
        assertThat(DmaMask.ofBits(32).covers(0xffff_f001L, 4096)).isFalse();
        assertThat(DmaMask.ALL.covers(-4096L, 4096)).isTrue();
        assertThat(DmaMask.ofBits(0).value()).isZero();
        assertThat(DmaMask.ofBits(64)).isEqualTo(DmaMask.ALL).hasToString("64bit");
        assertThat(new DmaMask(0x7fff_0fffL)).hasToString("0x7fff0fff");
    }

    @Test
    void maskOutsideOfSixtyFourBitsIsRejected() {
        assertThatThrownBy(() -> DmaMask.ofBits(65))
                .hasMessage("DMA-3003 a mask of bits=65 does not exist: expected 0 to 64."
                        + " Pass the number of address lines that the device drives.");
    }

    @Test
    void linuxDirectionNoneIsNoTransfer() {
        assertThat(DmaDirection.ofLinux(2)).isEqualTo(DmaDirection.FROM_DEVICE);
        assertThatThrownBy(() -> DmaDirection.ofLinux(3))
                .isInstanceOfSatisfying(
                        DmaUsageException.class, e -> assertThat(e.code()).isEqualTo(DmaErrorCode.INVALID_DIRECTION));
    }

    @Test
    void raspberryPiSocBusTranslatesItsGigabyteOnly() {
        DmaRangeMap soc = DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, 0x4000_0000L)));
        assertThat(soc.toDma(0x3b40_0000L)).isEqualTo(0xfb40_0000L);
        assertThat(soc.toPhysical(0xc000_1000L)).isEqualTo(0x1000);
        assertThat(soc.toDma(0x4000_0000L)).isEqualTo(DmaRangeMap.UNREACHABLE);
        assertThat(soc.coversPhysical(0x3fff_f000L, 4096)).isTrue();
        assertThat(soc.coversPhysical(0x3fff_f000L, 4097)).isFalse();
    }

    @Test
    void theFirstWindowThatContainsAnAddressDecides() {
        DmaRangeMap map = DmaRangeMap.of(
                List.of(new DmaRange(0, 0x1000, 0x1000), new DmaRange(0, 0x8000, 0x2000), new DmaRange(0x2000, 0, 0)));
        assertThat(map.toDma(0x800)).isEqualTo(0x1800);
        assertThat(map.toDma(0x1800)).isEqualTo(0x9800);
        assertThat(map.toDma(0x2000)).isEqualTo(DmaRangeMap.UNREACHABLE);
        assertThat(map.coversPhysical(0, 0x2000)).isTrue();
    }

    @Test
    void anEmptyMapTranslatesNothingAndIsNotIdentity() {
        DmaRangeMap empty = DmaRangeMap.of(List.of());
        assertThat(empty.toDma(0)).isEqualTo(DmaRangeMap.UNREACHABLE);
        assertThat(empty).isNotEqualTo(DmaRangeMap.IDENTITY);
        assertThat(DmaRangeMap.IDENTITY.toDma(-8192L)).isEqualTo(-8192L);
    }

    @Test
    void attributesAreDescribedByName() {
        assertThat(DmaAttributes.describe(0)).isEqualTo("none");
        assertThat(DmaAttributes.describe(DmaAttributes.SKIP_CPU_SYNC | DmaAttributes.NO_WARN | 1))
                .isEqualTo("SKIP_CPU_SYNC|NO_WARN|0x1");
    }

    @Test
    void openingWithoutAnAssemblerNamesTheArtifactToAdd() {
        assertThatThrownBy(() -> DmaPlatform.open(Path.of("board.conf")))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage("DMA-1010 board.conf: nothing here can assemble a platform: expected one"
                        + " dev.dmaops.spi.PlatformAssembler, found none. Add the artifact dev.dmaops:dmaops-runtime.");
    }
}
