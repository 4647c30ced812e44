package dev.dmaops.machine.linux.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.linux.topology.GroupType;
import dev.dmaops.machine.linux.topology.IommuGroup;
import dev.dmaops.machine.linux.topology.ReservedIova;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** As group 3 of the captured trees has them: an ISA bridge with firmware's mapping of the first 16 MiB. */
class ReservedAddressesOfAGroupTest {
    private static final ReservedIova RELAXABLE = new ReservedIova(0, 0xff_ffff, "direct-relaxable");
    private static final ReservedIova MSI = new ReservedIova(0xfee0_0000L, 0xfeef_ffffL, "msi");

    @Test
    void aMappingOfFirmwareThatMayBeGivenUpIsFreeAndTheWindowOfInterruptsIsNot() {
        assertThat(VfioGroup.reserved(List.of(), group(RELAXABLE, MSI)))
                .containsExactly(new IommuReservedRegion(new MemoryRange(0xfee0_0000L, 0x10_0000), Kind.MSI));
    }

    @Test
    void aMappingOfFirmwareThatMustStayIsNotFree() {
        assertThat(VfioGroup.reserved(List.of(), group(new ReservedIova(0x7000_0000, 0x7000_ffff, "direct"))))
                .containsExactly(new IommuReservedRegion(new MemoryRange(0x7000_0000, 0x1_0000), Kind.RESERVED));
    }

    @Test
    void whatTheIommuLeavesOutIsNotListedTwice() {
        IommuReservedRegion gap = new IommuReservedRegion(new MemoryRange(0xfee0_0000L, 0x10_0000), Kind.RESERVED);

        assertThat(VfioGroup.reserved(List.of(gap), group(MSI))).containsExactly(gap);
    }

    private static IommuGroup group(ReservedIova... reserved) {
        return new IommuGroup("3", GroupType.DMA_FQ, Optional.empty(), List.of("0000:00:1f.0"), List.of(reserved));
    }
}
