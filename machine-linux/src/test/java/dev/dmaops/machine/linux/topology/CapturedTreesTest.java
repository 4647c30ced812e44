package dev.dmaops.machine.linux.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real kernels showed, read from captured trees: one row for each IOMMU configuration. */
class CapturedTreesTest {
    private static final String EDU = "0000:00:05.0";
    private static final String NVME = "0000:00:06.0";

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // tree, units, edu: IOMMU, group, type, driver; nvme: IOMMU, group, mask; bounce slots
        "iommu-on, dmar0, dmar0, 1, DMA-FQ, none, dmar0, 2, 64, 32768",
        "iommu-on-vfio-bound, dmar0, dmar0, 1, DMA-FQ, vfio-pci, dmar0, 2, 64, 32768",
        "iommu-passthrough, dmar0, dmar0, 1, identity, none, dmar0, 2, 64, 32768",
        "iommu-off-cmdline, none, none, none, none, none, none, none, 64, 32768",
        "iommu-off-absent, none, none, none, none, uio_pci_generic, none, none, 64, 32768",
        "arm64-smmuv3, smmu3.0x0000000009050000, unknown, none, none, none, smmu3.0x0000000009050000, 1, 64, 1024",
        "arm64-iommu-off, none, none, none, none, none, none, none, 64, 1024",
    })
    void eachTreeShowsWhatTheKernelDid(
            String tree,
            String units,
            String eduIommu,
            String eduGroup,
            String eduType,
            String eduDriver,
            String nvmeIommu,
            String nvmeGroup,
            int nvmeMask,
            long slots)
            throws IOException, InterruptedException {
        HostFiles files = new HostFiles(CapturedTrees.unpack(tree, folder));
        HostTopology topology = HostTopology.read(files);

        PciDevice edu = topology.device(EDU).orElseThrow();
        PciDevice nvme = topology.device(NVME).orElseThrow();
        assertThat(topology.units()).isEqualTo(units.equals("none") ? List.of() : List.of(units));
        assertThat(edu.iommu().text()).isEqualTo(eduIommu);
        assertThat(edu.iommu().group().map(IommuGroup::number).orElse("none")).isEqualTo(eduGroup);
        assertThat(edu.iommu().groupType()).isEqualTo(eduType);
        assertThat(edu.driver().orElse("none")).isEqualTo(eduDriver);
        assertThat(nvme.iommu().text()).isEqualTo(nvmeIommu);
        assertThat(nvme.iommu().group().map(IommuGroup::number).orElse("none")).isEqualTo(nvmeGroup);
        assertThat(nvme.maskBits()).isEqualTo(nvmeMask);
        assertThat(HostSystem.read(files).bounceSlots()).hasValue(slots);
    }

    @Test
    void theTypeOfAGroupStaysThatOfTheKernelWhileVfioHoldsTheDevice() throws IOException, InterruptedException {
        HostTopology topology = read("iommu-on-vfio-bound");

        PciDevice edu = topology.device(EDU).orElseThrow();
        assertThat(edu.driver()).contains("vfio-pci");
        assertThat(edu.driverOverride()).contains("vfio-pci");
        assertThat(edu.iommu().groupType()).isEqualTo("DMA-FQ");
    }

    @Test
    void acpisTableIsNoEvidenceOfAnIommu() throws IOException, InterruptedException {
        HostFiles files = new HostFiles(CapturedTrees.unpack("iommu-off-cmdline", folder));

        assertThat(files.exists("/sys/firmware/acpi/tables/DMAR")).isTrue();
        assertThat(HostTopology.read(files).devices())
                .allSatisfy(device -> assertThat(device.iommu().state()).isEqualTo(IommuState.ABSENT));
    }

    @Test
    void aMaskThatNoDriverAskedForIsNotTheDevices() throws IOException, InterruptedException {
        HostTopology topology = read("iommu-on");

        PciDevice edu = topology.device(EDU).orElseThrow();
        assertThat(edu.maskBits()).as("edu drives 28 bits, and no file says so").isEqualTo(32);
        assertThat(edu.maskAskedFor()).isFalse();
        assertThat(topology.device(NVME).orElseThrow().maskAskedFor()).isTrue();
    }

    @Test
    void aMaskOfADeviceThatVfioHoldsIsNotTheDevicesEither() throws IOException, InterruptedException {
        assertThat(read("iommu-on-vfio-bound").device(EDU).orElseThrow().maskAskedFor())
                .isFalse();
    }

    @Test
    void functionsOfOneDeviceShareAGroupWithItsReservedAddresses() throws IOException, InterruptedException {
        HostTopology topology = read("iommu-on");

        IommuGroup isa =
                topology.device("0000:00:1f.0").orElseThrow().iommu().group().orElseThrow();
        assertThat(isa.members()).containsExactly("0000:00:1f.0", "0000:00:1f.2", "0000:00:1f.3");
        assertThat(isa.reserved())
                .extracting(ReservedIova::toString)
                .containsExactly("0x0-0xffffff direct-relaxable", "0xfee00000-0xfeefffff msi");
    }

    @Test
    void withADeviceTreeADeviceWithoutLinkAndDriverIsUnknown() throws IOException, InterruptedException {
        DeviceIommu iommu = read("arm64-smmuv3").device(EDU).orElseThrow().iommu();

        assertThat(iommu.state()).isEqualTo(IommuState.UNKNOWN);
        assertThat(iommu.unit()).isEqualTo("/smmuv3@9050000");
        assertThat(iommu.because()).contains("/pcie@10000000 iommu-map");
    }

    @Test
    void aHostBridgeWithoutMapLeadsToNoIommu() throws IOException, InterruptedException {
        DeviceIommu iommu = read("arm64-iommu-off").device(EDU).orElseThrow().iommu();

        assertThat(iommu.state()).isEqualTo(IommuState.ABSENT);
        assertThat(iommu.because()).contains("has no iommu-map");
    }

    @Test
    void theSystemIsReadFromItsOwnFiles() throws IOException, InterruptedException {
        HostSystem system = HostSystem.read(new HostFiles(CapturedTrees.unpack("arm64-smmuv3", folder)));

        assertThat(system.architecture().value()).isEqualTo(Architecture.ARM64);
        assertThat(system.release()).isEqualTo("6.12.117+deb12-arm64");
        assertThat(system.ram().value()).extracting(Object::toString).containsExactly("0x40000000-0xbfffffff");
        assertThat(system.cpus().value()).isEqualTo(2);
        assertThat(system.hypervisor()).isEqualTo(Hypervisor.NONE);
        assertThat(system.userSpace().lockedBytes()).hasValue(8388608);
    }

    @Test
    void barsAndBusMasteringAreReadWithoutTouchingTheDevice() throws IOException, InterruptedException {
        PciDevice nvme = read("iommu-on").device(NVME).orElseThrow();

        assertThat(nvme.bars()).containsExactly(new PciBar(0, 0xfeb00000L, 16384, false));
        assertThat(nvme.busMaster()).contains(true);
        assertThat(nvme.resetMethods()).containsExactly("flr");
    }

    private HostTopology read(String tree) throws IOException, InterruptedException {
        return HostTopology.read(new HostFiles(CapturedTrees.unpack(tree, folder)));
    }
}
