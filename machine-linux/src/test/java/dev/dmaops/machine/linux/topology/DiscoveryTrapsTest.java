package dev.dmaops.machine.linux.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.Hypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Things in sysfs that look like one thing and are another. */
class DiscoveryTrapsTest {
    private static final String ID = "0000:00:05.0";
    private static final String FOLDER = "/sys/bus/pci/devices/" + ID;

    @TempDir
    private Path root;

    @Test
    void aGroupLinkAloneDoesNotMeanAnIommu() {
        TreeMaker tree = new TreeMaker(root)
                .device(ID)
                .group(ID, "0", "unknown")
                .file("/sys/kernel/iommu_groups/0/name", "vfio-noiommu\n");

        DeviceIommu iommu = device(tree).iommu();

        assertThat(iommu.state()).isEqualTo(IommuState.ABSENT);
        assertThat(iommu.because()).isEqualTo("iommu_group/name: vfio-noiommu");
        assertThat(iommu.groupType()).isEqualTo("unknown");
    }

    @Test
    void onAPcNoGroupMeansNoIommu() {
        assertThat(device(new TreeMaker(root).device(ID)).iommu().state()).isEqualTo(IommuState.ABSENT);
    }

    @Test
    void withADeviceTreeADriverWithoutGroupMeansNoIommu() {
        TreeMaker tree = deviceTree(new TreeMaker(root).device(ID).driver(ID, "nvme"), true);

        assertThat(device(tree).iommu().state()).isEqualTo(IommuState.ABSENT);
    }

    @Test
    void withADeviceTreeNoDriverAndAMapMeansUnknown() {
        TreeMaker tree = deviceTree(new TreeMaker(root).device(ID), true);

        assertThat(device(tree).iommu().state()).isEqualTo(IommuState.UNKNOWN);
        assertThat(device(tree).iommu().unit()).isEqualTo("/smmu@0");
    }

    @Test
    void withADeviceTreeNoDriverAndNoBridgeOfTheDomainMeansUnknown() {
        TreeMaker tree = deviceTree(new TreeMaker(root).device("0003:00:05.0"), true);

        assertThat(HostTopology.read(tree.files()).devices().getFirst().iommu().state())
                .isEqualTo(IommuState.UNKNOWN);
    }

    @Test
    void aDeviceTreeThatCannotBeReadMeansUnknown() {
        TreeMaker tree = deviceTree(new TreeMaker(root).device(ID), true)
                .file("/sys/firmware/devicetree/base/pcie@1/iommu-map", "bad");

        assertThat(device(tree).iommu().state()).isEqualTo(IommuState.UNKNOWN);
    }

    @Test
    void readsByNameAndNothingElse() {
        new TreeMaker(root)
                .device(ID)
                .file(FOLDER + "/resource", "0x0000000000000c00 0x0000000000000cff 0x0000000000040101\n")
                .file(FOLDER + "/resource0", "reading this reads ports")
                .file(FOLDER + "/remove", "")
                .file(FOLDER + "/rescan", "")
                .file(FOLDER + "/reset", "")
                .file(FOLDER + "/rom", "");
        List<String> read = new ArrayList<>();
        HostFiles files = new HostFiles(root) {
            @Override
            protected byte[] read(Path file) throws IOException {
                read.add(String.valueOf(file.getFileName()));
                return super.read(file);
            }
        };

        HostTopology topology = HostTopology.read(files);
        new Obstacles(files, HostSystem.read(files), topology, false)
                .of(topology.devices().getFirst());

        assertThat(read).contains("vendor", "resource").doesNotContain("resource0", "remove", "rescan", "reset", "rom");
        assertThat(topology.devices().getFirst().bars()).containsExactly(new PciBar(0, 0xc00, 256, true));
    }

    @Test
    void anOverrideThatIsNotSetReadsAsNull() {
        assertThat(device(new TreeMaker(root).device(ID)).driverOverride()).isEmpty();
        assertThat(device(new TreeMaker(root).file(FOLDER + "/driver_override", "vfio-pci\n"))
                        .driverOverride())
                .contains("vfio-pci");
    }

    @Test
    void unusedAndMissingWindowsAreNoBars() {
        String line = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
        TreeMaker tree = new TreeMaker(root)
                .device(ID)
                .file(FOLDER + "/resource", line + "0x00000000fea00000 0x00000000feafffff 0x0000000000040200\n" + line);

        assertThat(device(tree).bars()).containsExactly(new PciBar(1, 0xfea00000L, 1 << 20, false));
    }

    @Test
    void aNodeOfMinusOneIsNoNode() {
        assertThat(device(new TreeMaker(root).device(ID)).numaNode()).isEmpty();
        assertThat(device(new TreeMaker(root).file(FOLDER + "/numa_node", "1\n"))
                        .numaNode())
                .hasValue(1);
    }

    @Test
    void theTypeOfAGroupIsReadAnewBecauseItCanBeWritten() {
        TreeMaker tree = new TreeMaker(root).device(ID).group(ID, "1", "identity");
        assertThat(device(tree).iommu().groupType()).isEqualTo("identity");

        tree.file("/sys/kernel/iommu_groups/1/type", "DMA\n");

        assertThat(device(tree).iommu().groupType()).isEqualTo("DMA");
    }

    @Test
    void anEmptyHypervisorFolderIsPlainLinux() {
        TreeMaker tree = new TreeMaker(root).file("/sys/hypervisor/x", "");

        assertThat(HostSystem.read(tree.files()).hypervisor()).isEqualTo(Hypervisor.NONE);
    }

    @Test
    void featuresOfXenAreBits() {
        TreeMaker tree = new TreeMaker(root)
                .file("/sys/hypervisor/type", "xen\n")
                .file("/sys/hypervisor/guest_type", "PV\n")
                .file("/sys/hypervisor/properties/features", "00020801\n")
                .file("/sys/hypervisor/version/major", "4\n")
                .file("/sys/hypervisor/version/minor", "17\n")
                .file("/proc/xen/capabilities", "control_d\n");

        Hypervisor xen = HostSystem.read(tree.files()).hypervisor();

        assertThat(xen.kind()).isEqualTo(Hypervisor.Kind.XEN_PV);
        assertThat(xen.initialDomain()).isTrue();
        assertThat(xen.directMapped()).contains(true);
        assertThat(xen.notDirectMapped()).contains(false);
        assertThat(xen.autoTranslated()).contains(false);
        assertThat(xen.cacheFlush()).isTrue();
    }

    @Test
    void addressesThatAreHiddenInIomemAreTakenFromFirmware() {
        TreeMaker tree = new TreeMaker(root)
                .file("/proc/iomem", "00000000-00000000 : System RAM\n00000000-00000000 : System RAM\n")
                .file("/sys/firmware/memmap/0/start", "0x100000\n")
                .file("/sys/firmware/memmap/0/end", "0x1fffff\n")
                .file("/sys/firmware/memmap/0/type", "System RAM\n");

        assertThat(HostSystem.read(tree.files()).ram().value())
                .extracting(Object::toString)
                .containsExactly("0x100000-0x1fffff");
    }

    @Test
    void emptyAndAbsentFoldersAreAlike() throws IOException {
        Files.createDirectories(root.resolve("sys/class/iommu"));
        Files.createDirectories(root.resolve("sys/kernel/iommu_groups"));

        assertThat(HostTopology.read(new HostFiles(root)))
                .isEqualTo(HostTopology.read(new HostFiles(root.resolve("nothing"))));
    }

    private static PciDevice device(TreeMaker tree) {
        return HostTopology.read(tree.files()).devices().getFirst();
    }

    private static TreeMaker deviceTree(TreeMaker tree, boolean map) {
        String base = "/sys/firmware/devicetree/base";
        tree.file(base + "/name", "\0")
                .file(base + "/pcie@1/device_type", "pci\0")
                .bytes(base + "/smmu@0/phandle", new byte[] {0, 0, 0, 7});
        if (map) {
            tree.bytes(base + "/pcie@1/iommu-map", new byte[] {0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 1, 0, 0});
        }
        return tree;
    }
}
