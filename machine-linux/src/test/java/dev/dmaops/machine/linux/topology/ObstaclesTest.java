package dev.dmaops.machine.linux.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.linux.topology.Obstacle.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each obstacle is found where it is, and not where it is not. */
class ObstaclesTest {
    private static final String ID = "0000:00:05.0";
    private static final String OTHER = "0000:00:06.0";

    @TempDir
    private Path root;

    private TreeMaker tree;

    @BeforeEach
    void aDeviceWithNothingInTheWay() {
        tree = new TreeMaker(root)
                .device(ID)
                .group(ID, "1", "DMA-FQ")
                .driver(ID, "vfio-pci")
                .file("/sys/module/vfio_pci/uevent", "")
                .file("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "N\n")
                .file("/sys/class/iommu/dmar0/intel-iommu/ecap", "f00f4e\n")
                .file("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "16\n")
                .file("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "16\n");
    }

    @Test
    void nothingInTheWayIsSaidBySayingNothing() {
        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void aKernelDriverIsInTheWay() {
        tree.device(OTHER).group(OTHER, "2", "DMA-FQ").driver(OTHER, "nvme");

        assertThat(kinds(OTHER, false)).containsExactly(Kind.KERNEL_DRIVER);
    }

    @Test
    void anotherDriverInTheGroupMakesItNotViable() {
        tree.device(OTHER).group(OTHER, "1", "DMA-FQ").driver(OTHER, "ahci");

        Obstacle obstacle = obstacles(ID, false).getFirst();
        assertThat(obstacle.kind()).isEqualTo(Kind.GROUP_NOT_VIABLE);
        assertThat(obstacle.what()).isEqualTo("group 1 is not viable: it also has 0000:00:06.0 (ahci)");
    }

    @Test
    void aPortDriverOrNoneInTheGroupLeavesItViable() {
        tree.device(OTHER).group(OTHER, "1", "DMA-FQ").driver(OTHER, "pcieport");
        tree.device("0000:00:07.0").group("0000:00:07.0", "1", "DMA-FQ");

        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void aNodeThatIsNotHandedIntoAContainerIsInTheWay() {
        tree.file("/dev/null", "");

        Obstacle obstacle = obstacles(ID, false).getFirst();
        assertThat(obstacle.kind()).isEqualTo(Kind.NO_NODE);
        assertThat(obstacle.what())
                .isEqualTo("vfio-pci holds it, and its node /dev/vfio/1 is not here, as in a container");

        tree.file("/dev/vfio/1", "");
        assertThat(obstacles(ID, false).getFirst().what())
                .isEqualTo("vfio-pci holds it, and its node /dev/vfio/vfio is not here, as in a container");

        tree.file("/dev/vfio/vfio", "");
        assertThat(kinds(false)).isEmpty();
    }

    /** A kernel may be built without nodes of groups (CONFIG_VFIO_GROUP; drivers/vfio/Kconfig, 6.12). */
    @Test
    void aKernelThatHasNodesOfDevicesOnlyNeedsNoNodeOfTheGroup() {
        tree.file("/dev/iommu", "")
                .file("/sys/bus/pci/devices/" + ID + "/vfio-dev/vfio0/dev", "511:0\n")
                .file("/dev/vfio/devices/vfio0", "");

        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void aNodeOfTheGroupDoesNotStandForThatOfTheDeviceWhereThereAreNoContainers() throws IOException {
        tree.file("/dev/iommu", "")
                .file("/dev/vfio/vfio", "")
                .file("/dev/vfio/1", "")
                .file("/sys/bus/pci/devices/" + ID + "/vfio-dev/vfio0/dev", "511:0\n");
        assertThat(kinds(false)).as("containers are there, and used first").isEmpty();

        withoutContainers();
        Obstacle obstacle = obstacles(ID, false).getFirst();
        assertThat(obstacle.what())
                .isEqualTo("vfio-pci holds it, and its node /dev/vfio/devices/vfio0 is not here, as in a container");
        assertThat(obstacle.cure())
                .isEqualTo("Hand the nodes in: docker run --device /dev/iommu --device /dev/vfio/devices/vfio0"
                        + " --ulimit memlock=-1.");

        tree.file("/dev/vfio/devices/vfio0", "");
        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void anIommuThatDoesNotFilterInterruptsNeedsConsent() {
        // Bit 3 of the extended capabilities, written in hexadecimal without 0x.
        tree.file("/sys/class/iommu/dmar0/intel-iommu/ecap", "f00f46\n");
        assertThat(kinds(false)).containsExactly(Kind.UNSAFE_INTERRUPTS);

        tree.file("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "Y\n");
        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void withIommufdAloneTheConsentIsItsOwn() throws IOException {
        tree.file("/sys/class/iommu/dmar0/intel-iommu/ecap", "f00f46\n").file("/dev/iommu", "");
        assertThat(obstacles(ID, false).getFirst().cure())
                .as("containers are there, and used first")
                .endsWith("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts.");

        withoutContainers();
        tree.file("/sys/module/iommufd/parameters/allow_unsafe_interrupts", "N\n");
        Obstacle obstacle = obstacles(ID, false).getFirst();
        assertThat(obstacle.kind()).isEqualTo(Kind.UNSAFE_INTERRUPTS);
        assertThat(obstacle.what()).isEqualTo("the IOMMU does not filter interrupts: VFIO answers EPERM");
        assertThat(obstacle.cure())
                .isEqualTo("Switch interrupt remapping on in firmware, or accept the risk: echo 1 >"
                        + " /sys/module/iommufd/parameters/allow_unsafe_interrupts.");

        tree.file("/sys/module/iommufd/parameters/allow_unsafe_interrupts", "Y\n");
        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void littleLockedMemoryIsInTheWayOfVfioOnly() {
        tree.file(
                "/proc/self/limits",
                "Max locked memory         65536                65536                bytes     \n");
        assertThat(kinds(false)).containsExactly(Kind.MEMLOCK);

        tree.file(
                "/proc/self/limits",
                "Max locked memory         unlimited            unlimited            bytes     \n");
        assertThat(kinds(false)).isEmpty();
    }

    @Test
    void withoutIommuHiddenFramesAndLockdownAreInTheWay() {
        tree.device(OTHER).file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");

        assertThat(kinds(OTHER, true)).containsExactly(Kind.NO_IOMMU, Kind.PAGEMAP_HIDDEN, Kind.LOCKDOWN);
        assertThat(kinds(ID, true)).as("an IOMMU makes both irrelevant").isEmpty();
    }

    @Test
    void noHugePagesSetAsideIsSaidWithTheSizesThereAre() {
        tree.file("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0\n");

        assertThat(obstacles(ID, false).getFirst().what()).isEqualTo("no huge pages are set aside (sizes 2048 KiB)");
    }

    @Test
    void aMountedPartitionIsInTheWayAlsoBelowTheDeviceMapper() {
        tree.link("/sys/class/block/sda1", "../../devices/pci0000:00/" + ID + "/ata1/block/sda/sda1")
                .file("/sys/class/block/dm-0/dm/name", "home\n")
                .file("/sys/class/block/dm-0/slaves/sda1/x", "")
                .file("/proc/self/mounts", "proc /proc proc rw 0 0\n/dev/mapper/home /home ext4 rw 0 0\n");

        assertThat(obstacles(ID, false).getFirst())
                .extracting(Obstacle::kind, Obstacle::what)
                .containsExactly(Kind.MOUNTED, "in use by the kernel: home on /home");
    }

    @Test
    void swapIsInTheWay() {
        tree.link("/sys/class/block/sda2", "../../devices/pci0000:00/" + ID + "/ata1/block/sda/sda2")
                .file("/proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n");

        assertThat(kinds(false)).containsExactly(Kind.MOUNTED);
    }

    @Test
    void everyObstacleHasACure() {
        tree.device(OTHER).file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");

        assertThat(obstacles(OTHER, true))
                .allSatisfy(obstacle -> assertThat(obstacle.cure()).endsWith("."));
    }

    private List<Kind> kinds(boolean hidden) {
        return kinds(ID, hidden);
    }

    private List<Kind> kinds(String id, boolean hidden) {
        return obstacles(id, hidden).stream().map(Obstacle::kind).toList();
    }

    private List<Obstacle> obstacles(String id, boolean hidden) {
        HostFiles files = tree.files();
        HostTopology topology = HostTopology.read(files);
        return new Obstacles(files, HostSystem.read(files), topology, hidden)
                .of(topology.device(id).orElseThrow());
    }

    private void withoutContainers() throws IOException {
        Files.delete(root.resolve("sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"));
        Files.delete(root.resolve("sys/module/vfio_iommu_type1/parameters"));
        Files.delete(root.resolve("sys/module/vfio_iommu_type1"));
    }
}
