package dev.dmaops.machine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.machine.linux.topology.DeviceIommu;
import dev.dmaops.machine.linux.topology.GroupType;
import dev.dmaops.machine.linux.topology.IommuGroup;
import dev.dmaops.machine.linux.topology.IommuState;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The way to a device follows from what the host shows, and contradictions stop the machine. */
class RouteTest {
    private static final String ID = "0000:00:05.0";

    @Test
    void aDeviceThatVfioHoldsBehindAnIommuTranslates() {
        assertThat(Route.of(device("vfio-pci", IommuState.PRESENT), IommuDomainType.DMA_FQ))
                .isEqualTo(Route.VFIO);
        assertThat(Route.of(device("vfio-pci", IommuState.PRESENT), IommuDomainType.IDENTITY))
                .isEqualTo(Route.VFIO);
    }

    @Test
    void aDeviceThatVfioHoldsWithoutAnIommuDoesNot() {
        assertThat(Route.of(device("vfio-pci", IommuState.ABSENT), IommuDomainType.NONE))
                .isEqualTo(Route.VFIO_WITHOUT_IOMMU);
    }

    @Test
    void aDeviceWithoutDriverOrWithOneForUserSpaceComesThroughSysfs() {
        assertThat(Route.of(device("", IommuState.ABSENT), IommuDomainType.NONE))
                .isEqualTo(Route.SYSFS);
        assertThat(Route.of(device("uio_pci_generic", IommuState.ABSENT), IommuDomainType.NONE))
                .isEqualTo(Route.SYSFS);
    }

    @Test
    void aDeviceThatTheKernelUsesIsRefusedWithTheOptionThatAllowsIt() {
        assertThatThrownBy(() -> Route.of(device("nvme", IommuState.ABSENT), IommuDomainType.NONE))
                .isInstanceOf(DmaHostException.class)
                .hasMessage("DMA-5003 0000:00:05.0: driver nvme holds it. Unbind it, or allow this library to:"
                        + " -Ddmaops.linux.bind=0000:00:05.0.");
    }

    @Test
    void behindAnIommuOnlyVfioWillDo() {
        assertThatThrownBy(() -> Route.of(device("", IommuState.PRESENT), IommuDomainType.DMA))
                .isInstanceOf(DmaHostException.class)
                .hasMessageContaining("so only VFIO can reach memory with it");
    }

    @Test
    void aDeviceWhoseIommuIsUnknownIsBoundFirst() {
        assertThatThrownBy(() -> Route.of(device("", IommuState.UNKNOWN), IommuDomainType.NONE))
                .isInstanceOf(DmaHostException.class)
                .hasMessageContaining("Bind vfio-pci");
    }

    @Test
    void aPlanWithAnIommuThatTheHostHasNotIsRefused() {
        assertThatThrownBy(() -> Route.of(device("", IommuState.ABSENT), IommuDomainType.DMA))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("expected one on this host, found test");
    }

    private static PciDevice device(String driver, IommuState state) {
        Optional<IommuGroup> group = state == IommuState.PRESENT
                ? Optional.of(new IommuGroup("1", GroupType.DMA_FQ, Optional.empty(), List.of(ID), List.of()))
                : Optional.empty();
        return new PciDevice(
                ID,
                0x1234,
                0x11e8,
                0xff00,
                Optional.of(driver).filter(name -> !name.isEmpty()),
                Optional.empty(),
                32,
                32,
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                false,
                new DeviceIommu(state, "", group, "test"));
    }
}
