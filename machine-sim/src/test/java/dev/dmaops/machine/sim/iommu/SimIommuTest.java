package dev.dmaops.machine.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimFault;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimIommuTest {
    private final SimMachine machine = SimMachine.builder().open();
    private final IommuUnit unit = machine.hook(IommuUnit.class).orElseThrow();

    @AfterEach
    void close() {
        machine.close();
    }

    private DmaEngine attach(String id) {
        return machine.devices()
                .attach(new SimDevice(id, 64, DmaRangeMap.IDENTITY, 0, true, Optional.of(IommuGeometry.PLAIN)));
    }

    @Test
    void deviceReachesMemoryUnchangedUntilItsDomainIsAskedFor() {
        DmaEngine engine = attach("nic");
        assertThat(engine.writePattern(0x5000, 100, 1)).isEqualTo(100);
        unit.domain("nic");
        assertThat(engine.writePattern(0x5000, 100, 2)).isZero();
        assertThat(engine.faults()).singleElement().extracting(SimFault::reason).isEqualTo(Reason.IOMMU_NOT_MAPPED);
        assertThat(SimPattern.mismatches(machine.memory().segment(0x5000, 100), 1))
                .isZero();
    }

    @Test
    void accessGoesWhereTheTablesSayAndStopsWhereTheyEnd() {
        DmaEngine engine = attach("nic");
        IommuDomain domain = unit.domain("nic");
        domain.map(0xffff_e000L, 0x9000, 4096, IommuDomain.READ | IommuDomain.WRITE);
        domain.map(0xffff_f000L, 0x4000, 4096, IommuDomain.READ);
        assertThat(engine.writePattern(0xffff_eff0L, 32, 3)).isEqualTo(16);
        assertThat(SimPattern.mismatches(machine.memory().segment(0x9ff0, 16), 3))
                .isZero();
        assertThat(engine.faults())
                .singleElement()
                .isEqualTo(new SimFault(0, "nic", SimFault.Access.WRITE, 0xffff_f000L, Reason.IOMMU_NOT_WRITABLE));
    }

    @Test
    void devicesHaveDomainsOfTheirOwnUnlessGrouped() {
        DmaEngine first = attach("a");
        attach("b");
        attach("c");
        assertThat(unit.domain("a")).isSameAs(unit.domain("a")).isNotSameAs(unit.domain("b"));
        unit.domain("b").map(0x1000, 0x1000, 4096, IommuDomain.READ);
        assertThat(first.checksum(0x1000, 1)).isEqualTo(-1);
        machine.iommu().group("c", "b");
        assertThat(unit.domain("c")).isSameAs(unit.domain("b"));
        assertThat(machine.devices().engine("c").checksum(0x1000, 1)).isNotNegative();
    }

    @Test
    void deviceWithoutIommuHasNoDomain() {
        attach("nic");
        assertThatThrownBy(() -> unit.domain("disk"))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage(
                        "DMA-1017 disk: the device is behind no IOMMU that translates: expected one of [nic]. Describe an"
                                + " IOMMU in front of it, or choose another backend.");
    }

    @Test
    void reservedRegionsAreTheHardwares() {
        machine.devices()
                .attach(new SimDevice(
                        "nic", 64, DmaRangeMap.IDENTITY, 0, true, Optional.of(IommuGeometry.of(Hardware.INTEL, 4096))));
        assertThat(unit.reservedRegions("nic")).singleElement().satisfies(region -> {
            assertThat(region.range().start()).isEqualTo(0xfee0_0000L);
            assertThat(region.range().last()).isEqualTo(0xfeef_ffffL);
        });
    }
}
