package dev.dmaops.machine.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.calls.Errno;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.spi.MemoryRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A VFIO container with one IOMMU group in it.
 *
 * <pre>
 *   open /dev/vfio/vfio ── GET_API_VERSION, CHECK_EXTENSION
 *   open /dev/vfio/N ───── GROUP_GET_STATUS (viable?) ── GROUP_SET_CONTAINER (pointer to the descriptor)
 *   container ──────────── SET_IOMMU (by value, after the group) ── IOMMU_GET_INFO ── IOMMU_MAP_DMA …
 * </pre>
 */
final class Container implements AddressSpace {
    private static final int INFO_BYTES = 24;
    private static final int CAP_IOVA_RANGES = 1;
    private static final int HAS_CAPABILITIES = 2;
    private static final int VIABLE = 1;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;

    private final String group;
    private final int container;
    private final int groupDescriptor;
    private final boolean translates;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(MAP_BYTES, 8);
    private long pageSizes;
    private List<MemoryRange> ranges = List.of();

    private Container(String group, int container, int groupDescriptor, boolean translates) {
        this.group = group;
        this.container = container;
        this.groupDescriptor = groupDescriptor;
        this.translates = translates;
    }

    /**
     * Opens a group and puts it into a container of its own.
     *
     * @param group its name below {@code /dev/vfio}: a number, or {@code noiommu-N}
     * @param translates whether an IOMMU stands behind the group
     */
    static Container open(String group, boolean translates) {
        int container = HostCall.require(
                SystemCalls.open("/dev/vfio/vfio", SystemCalls.O_RDWR),
                "vfio",
                "open /dev/vfio/vfio",
                "Run modprobe vfio-pci, and let this user open the node.");
        int opened = SystemCalls.open("/dev/vfio/" + group, SystemCalls.O_RDWR);
        if (opened < 0) {
            SystemCalls.close(container);
            throw HostCall.failed(-opened, "group " + group, "open /dev/vfio/" + group, cure(-opened, translates));
        }
        Container made = new Container(group, container, opened, translates);
        try {
            made.join();
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private static String cure(int errno, boolean translates) {
        if (errno == Errno.EBUSY) {
            return "Close the other process that has it open.";
        }
        // vfio_group_fops_open, drivers/vfio/group.c, 6.12.
        return !translates && errno == Errno.EPERM
                ? "No IOMMU stands behind it: give the process CAP_SYS_RAWIO."
                : "Bind its devices to vfio-pci, and let this user open the node.";
    }

    private void join() {
        HostCall.require(
                SystemCalls.ioctl(container, VfioRequests.CHECK_EXTENSION, type()) > 0 ? 0 : -Errno.ENODEV,
                "group " + group,
                "ioctl VFIO_CHECK_EXTENSION " + type(),
                translates
                        ? "Run modprobe vfio_iommu_type1."
                        : "The kernel has no mode without IOMMU (CONFIG_VFIO_NOIOMMU), or it is off: echo 1 >"
                                + " /sys/module/vfio/parameters/enable_unsafe_noiommu_mode.");
        try (Arena local = Arena.ofConfined()) {
            MemorySegment status = local.allocate(8, 4);
            status.set(JAVA_INT, 0, 8);
            HostCall.require(
                    SystemCalls.ioctl(groupDescriptor, VfioRequests.GROUP_GET_STATUS, status),
                    "group " + group,
                    "ioctl VFIO_GROUP_GET_STATUS",
                    "Bind its devices to vfio-pci anew.");
            if ((status.get(JAVA_INT, 4) & VIABLE) == 0) {
                throw new DmaHostException(
                        DmaErrorCode.HOST_DEVICE_IN_USE,
                        0,
                        "group " + group
                                + " is not viable: a driver of the kernel holds another device of it. Bind every"
                                + " device of the group to vfio-pci or pci-stub; dmaops host lists them.");
            }
            MemorySegment descriptor = local.allocateFrom(JAVA_INT, container);
            HostCall.require(
                    SystemCalls.ioctl(groupDescriptor, VfioRequests.GROUP_SET_CONTAINER, descriptor),
                    "group " + group,
                    "ioctl VFIO_GROUP_SET_CONTAINER",
                    "A group fits into one container: close whoever holds it.");
        }
        int set = SystemCalls.ioctl(container, VfioRequests.SET_IOMMU, type());
        HostCall.require(
                set,
                "group " + group,
                "ioctl VFIO_SET_IOMMU",
                set == -Errno.EPERM
                        ? "The IOMMU does not filter interrupts. Switch interrupt remapping on, or accept the risk: echo 1 >"
                                + " /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts."
                        : "The group must be in the container first.");
        if (translates) {
            readInfo();
        }
    }

    private long type() {
        return translates ? VfioRequests.TYPE1_V2 : VfioRequests.NO_IOMMU;
    }

    /** Asked twice: the first answer says how long the whole is. */
    private void readInfo() {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment info = local.allocate(INFO_BYTES, 8);
            info.set(JAVA_INT, 0, INFO_BYTES);
            ask(info);
            int bytes = Math.max(INFO_BYTES, info.get(JAVA_INT, 0));
            MemorySegment whole = local.allocate(bytes, 8);
            whole.set(JAVA_INT, 0, bytes);
            ask(whole);
            pageSizes = whole.get(JAVA_LONG, 8);
            ranges = ranges(whole);
        }
    }

    private void ask(MemorySegment info) {
        HostCall.require(
                SystemCalls.ioctl(container, VfioRequests.IOMMU_GET_INFO, info),
                "group " + group,
                "ioctl VFIO_IOMMU_GET_INFO",
                "Run modprobe vfio_iommu_type1 and open the machine again.");
    }

    /** The ranges in the chain of capabilities behind the answer. */
    static List<MemoryRange> ranges(MemorySegment info) {
        List<MemoryRange> found = new ArrayList<>();
        boolean chain = (info.get(JAVA_INT, 4) & HAS_CAPABILITIES) != 0;
        for (int at = chain ? info.get(JAVA_INT, 16) : 0; at != 0 && at + 8 <= info.byteSize(); ) {
            if (info.get(JAVA_SHORT, at) == CAP_IOVA_RANGES) {
                int count = info.get(JAVA_INT, at + 8);
                for (int i = 0; i < count; i++) {
                    long first = info.get(JAVA_LONG, at + 16 + 16L * i);
                    long last = info.get(JAVA_LONG, at + 24 + 16L * i);
                    found.add(new MemoryRange(first, last - first + 1));
                }
            }
            at = info.get(JAVA_INT, at + 4);
        }
        return List.copyOf(found);
    }

    /** A device of the group. */
    int device(String id) {
        try (Arena local = Arena.ofConfined()) {
            return HostCall.require(
                    SystemCalls.ioctl(groupDescriptor, VfioRequests.GROUP_GET_DEVICE_FD, local.allocateFrom(id)),
                    id,
                    "ioctl VFIO_GROUP_GET_DEVICE_FD",
                    "Bind it to vfio-pci.");
        }
    }

    @Override
    public long pageSizes() {
        return pageSizes;
    }

    @Override
    public List<MemoryRange> ranges() {
        return ranges;
    }

    @Override
    public synchronized int map(long address, long iova, long bytes, boolean readable, boolean writable) {
        request.set(JAVA_INT, 0, MAP_BYTES);
        request.set(JAVA_INT, 4, (readable ? 1 : 0) | (writable ? 2 : 0));
        request.set(JAVA_LONG, 8, address);
        request.set(JAVA_LONG, 16, iova);
        request.set(JAVA_LONG, 24, bytes);
        return SystemCalls.ioctl(container, VfioRequests.IOMMU_MAP_DMA, request);
    }

    @Override
    public synchronized long unmap(long iova, long bytes) {
        request.set(JAVA_INT, 0, UNMAP_BYTES);
        request.set(JAVA_INT, 4, 0);
        request.set(JAVA_LONG, 8, iova);
        request.set(JAVA_LONG, 16, bytes);
        int result = SystemCalls.ioctl(container, VfioRequests.IOMMU_UNMAP_DMA, request);
        return result < 0 ? result : request.get(JAVA_LONG, 16);
    }

    @Override
    public void close() {
        SystemCalls.close(groupDescriptor);
        SystemCalls.close(container);
        arena.close();
    }
}
