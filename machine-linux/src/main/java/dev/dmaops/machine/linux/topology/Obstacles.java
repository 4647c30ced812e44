package dev.dmaops.machine.linux.topology;

import dev.dmaops.machine.linux.topology.Obstacle.Kind;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what stands in the way of DMA from user space, with a cure for each. Looks only; nothing is changed. */
public final class Obstacles {
    private static final long LITTLE_LOCKED = 64L << 20;

    private final HostFiles files;
    private final HostSystem system;
    private final HostTopology topology;
    private final Mounts mounts;
    private final boolean pagemapHidden;

    /**
     * Prepares to look.
     *
     * @param pagemapHidden whether this user reads zeros instead of page frame numbers
     */
    public Obstacles(HostFiles files, HostSystem system, HostTopology topology, boolean pagemapHidden) {
        this.files = files;
        this.system = system;
        this.topology = topology;
        this.pagemapHidden = pagemapHidden;
        mounts = new Mounts(files);
    }

    /** What stands in the way for one device, the hardest first. */
    public List<Obstacle> of(PciDevice device) {
        List<Obstacle> found = new ArrayList<>();
        List<String> used = mounts.of(device.id());
        if (!used.isEmpty()) {
            found.add(new Obstacle(
                    Kind.MOUNTED,
                    "in use by the kernel: " + String.join(", ", used),
                    "Unmount it first; this library refuses the device until then."));
        }
        device.driver()
                .filter(driver -> !PassThroughDrivers.isOne(driver))
                .ifPresent(driver -> found.add(new Obstacle(
                        Kind.KERNEL_DRIVER,
                        "driver " + driver + " holds it",
                        "Unbind it and bind vfio-pci, knowingly: echo vfio-pci > driver_override; echo " + device.id()
                                + " > driver/unbind; echo " + device.id() + " > /sys/bus/pci/drivers_probe.")));
        switch (device.iommu().state()) {
            case PRESENT -> behindIommu(device, found);
            case ABSENT -> withoutIommu(found);
            case UNKNOWN ->
                found.add(new Obstacle(
                        Kind.IOMMU_UNKNOWN,
                        device.iommu().because(),
                        "Bind vfio-pci; the device gets its group then, and this command sees it."));
        }
        memory(device, found);
        return List.copyOf(found);
    }

    private void behindIommu(PciDevice device, List<Obstacle> found) {
        vfio(found);
        nodes(device, found);
        List<String> others = device.iommu().group().stream()
                .flatMap(group -> group.members().stream())
                .filter(id -> !id.equals(device.id()))
                .flatMap(id -> topology.device(id).stream())
                .filter(other -> other.driver()
                        .filter(driver -> !PassThroughDrivers.keepsGroupViable(driver))
                        .isPresent())
                .map(other -> other.id() + " (" + other.driver().orElse("") + ")")
                .toList();
        if (!others.isEmpty()) {
            found.add(new Obstacle(
                    Kind.GROUP_NOT_VIABLE,
                    "group " + device.iommu().group().map(IommuGroup::number).orElse("")
                            + " is not viable: it also has " + String.join(", ", others),
                    "Bind every device of the group to vfio-pci or pci-stub, or unbind it."));
        }
        UserSpaceDma user = system.userSpace();
        if (!user.interruptRemapping().orElse(true) && !user.unsafeInterrupts().orElse(false)) {
            found.add(new Obstacle(
                    Kind.UNSAFE_INTERRUPTS,
                    "the IOMMU does not filter interrupts: VFIO answers EPERM",
                    "Switch interrupt remapping on in firmware, or accept the risk: echo 1 > "
                            + user.unsafeInterruptsSwitch() + "."));
        }
    }

    private void vfio(List<Obstacle> found) {
        UserSpaceDma user = system.userSpace();
        if (!user.vfioPci() || (!user.vfioType1() && !user.iommufd())) {
            found.add(new Obstacle(
                    Kind.NO_VFIO, "VFIO is not loaded", "Run modprobe vfio-pci and modprobe vfio_iommu_type1."));
        }
    }

    /** VFIO makes the nodes when it binds; a captured tree has no nodes at all. */
    private void nodes(PciDevice device, List<Obstacle> found) {
        if (device.driver().filter("vfio-pci"::equals).isEmpty() || !files.exists("/dev")) {
            return;
        }
        device.iommu()
                .group()
                .map(group -> VfioNodes.of(files, group, device.id()))
                .ifPresent(nodes -> Stream.concat(nodes.own().stream(), Stream.of(nodes.shared()))
                        .flatMap(node -> node(node, nodes).stream())
                        .findFirst()
                        .ifPresent(found::add));
    }

    private Optional<Obstacle> node(String node, VfioNodes nodes) {
        if (!files.exists(node)) {
            return Optional.of(new Obstacle(
                    Kind.NO_NODE,
                    "vfio-pci holds it, and its node " + node + " is not here, as in a container",
                    "Hand the nodes in: docker run --device " + nodes.shared()
                            + nodes.own().map(own -> " --device " + own).orElse("") + " --ulimit memlock=-1."));
        }
        if (!Files.isReadable(files.path(node)) || !Files.isWritable(files.path(node))) {
            return Optional.of(
                    new Obstacle(Kind.NO_NODE, "this user may not open " + node, "As root: chown USER " + node + "."));
        }
        return Optional.empty();
    }

    private void withoutIommu(List<Obstacle> found) {
        found.add(new Obstacle(
                Kind.NO_IOMMU,
                topology.units().isEmpty()
                        ? "no IOMMU is in use: the device's addresses are physical, and a wrong one destroys memory"
                        : "no IOMMU stands in front of it: its addresses are physical, and a wrong one destroys memory",
                "Switch the IOMMU on (firmware; " + word() + "), or use physical addresses knowingly."));
        if (pagemapHidden) {
            found.add(new Obstacle(
                    Kind.PAGEMAP_HIDDEN,
                    "/proc/self/pagemap shows frame numbers as 0 to this user",
                    "Give the process CAP_SYS_ADMIN, or put an IOMMU in front of the device."));
        }
        system.userSpace()
                .lockdown()
                .filter(mode -> !mode.equals("none"))
                .ifPresent(mode -> found.add(new Obstacle(
                        Kind.LOCKDOWN,
                        "kernel lockdown is " + mode + ": PCI resources cannot be mapped",
                        "Use VFIO behind an IOMMU, or boot with lockdown off.")));
    }

    private String word() {
        return switch (system.architecture().value()) {
            case X86 -> "intel_iommu=on for Intel's";
            case ARM, ARM64 -> "iommu-map in the device tree";
        };
    }

    private void memory(PciDevice device, List<Obstacle> found) {
        UserSpaceDma user = system.userSpace();
        if (device.iommu().state() != IommuState.ABSENT
                && user.lockedBytes().isPresent()
                && user.lockedBytes().getAsLong() < LITTLE_LOCKED) {
            found.add(new Obstacle(
                    Kind.MEMLOCK,
                    "this process may lock " + user.lockedBytes().getAsLong()
                            + " bytes: mapping more fails with ENOMEM, unless it has CAP_IPC_LOCK",
                    "Raise it: ulimit -l unlimited, or LimitMEMLOCK=infinity of its service."));
        }
        if (!user.hasHugePages()) {
            found.add(new Obstacle(
                    Kind.NO_HUGE_PAGES,
                    "no huge pages are set aside" + sizes(user),
                    "Set some aside: echo 64 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages."));
        }
    }

    private static String sizes(UserSpaceDma user) {
        return user.hugePages().isEmpty()
                ? ""
                : user.hugePages().stream()
                        .map(pages -> (pages.bytes() >> 10) + " KiB")
                        .collect(Collectors.joining(", ", " (sizes ", ")"));
    }
}
