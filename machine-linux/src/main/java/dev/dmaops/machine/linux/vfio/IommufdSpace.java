package dev.dmaops.machine.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.dmaops.machine.linux.calls.Errno;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.spi.MemoryRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An address space of iommufd, for kernels that have it instead of containers (include/uapi/linux/iommufd.h, 6.12). The order of bits
 * and fields is not that of containers: write is 2 and read 4, and the length stands before the IOVA.
 */
final class IommufdSpace implements AddressSpace {
    private static final int MAP_BYTES = 40;
    private static final int UNMAP_BYTES = 24;
    private static final int FIXED_IOVA = 1;
    private static final int WRITEABLE = 2;
    private static final int READABLE = 4;
    private static final int MAX_RANGES = 64;

    private final int descriptor;
    private final int id;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(MAP_BYTES, 8);
    private List<MemoryRange> ranges = List.of();
    private long pageSizes;

    private IommufdSpace(int descriptor, int id) {
        this.descriptor = descriptor;
        this.id = id;
    }

    /** Makes an empty address space. */
    static IommufdSpace open() {
        int descriptor = HostCall.require(
                SystemCalls.open("/dev/iommu", SystemCalls.O_RDWR),
                "iommufd",
                "open /dev/iommu",
                "Run modprobe iommufd, and let this user open the node.");
        try (Arena local = Arena.ofConfined()) {
            MemorySegment allocate = local.allocate(12, 4);
            allocate.set(JAVA_INT, 0, 12);
            int result = SystemCalls.ioctl(descriptor, VfioRequests.IOAS_ALLOC, allocate);
            if (result < 0) {
                SystemCalls.close(descriptor);
            }
            HostCall.require(result, "iommufd", "ioctl IOMMU_IOAS_ALLOC", "Free memory of the kernel.");
            return new IommufdSpace(descriptor, allocate.get(JAVA_INT, 8));
        }
    }

    /** Binds a device and lets it translate here. */
    void attach(String device, int deviceDescriptor) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment bind = local.allocate(16, 4);
            bind.set(JAVA_INT, 0, 16);
            bind.set(JAVA_INT, 8, descriptor);
            HostCall.require(
                    SystemCalls.ioctl(deviceDescriptor, VfioRequests.DEVICE_BIND_IOMMUFD, bind),
                    device,
                    "ioctl VFIO_DEVICE_BIND_IOMMUFD",
                    "Another process may have the device open.");
            MemorySegment attach = local.allocate(12, 4);
            attach.set(JAVA_INT, 0, 12);
            attach.set(JAVA_INT, 8, id);
            int attached = SystemCalls.ioctl(deviceDescriptor, VfioRequests.DEVICE_ATTACH_PT, attach);
            HostCall.require(
                    attached,
                    device,
                    "ioctl VFIO_DEVICE_ATTACH_IOMMUFD_PT",
                    attached == -Errno.EPERM
                            ? "The IOMMU does not filter interrupts. Switch interrupt remapping on, or accept the risk: echo 1 >"
                                    + " /sys/module/iommufd/parameters/allow_unsafe_interrupts."
                            : "A group's devices must share one address space.");
            readRanges(local);
        }
    }

    private void readRanges(Arena local) {
        MemorySegment list = local.allocate(16L * MAX_RANGES, 8);
        MemorySegment ask = local.allocate(32, 8);
        ask.set(JAVA_INT, 0, 32);
        ask.set(JAVA_INT, 4, id);
        ask.set(JAVA_INT, 8, MAX_RANGES);
        ask.set(JAVA_LONG, 16, list.address());
        HostCall.require(
                SystemCalls.ioctl(descriptor, VfioRequests.IOAS_IOVA_RANGES, ask),
                "iommufd",
                "ioctl IOMMU_IOAS_IOVA_RANGES",
                "An IOMMU with more than " + MAX_RANGES + " ranges needs a container: modprobe vfio_iommu_type1.");
        List<MemoryRange> found = new ArrayList<>();
        for (int i = 0; i < ask.get(JAVA_INT, 8); i++) {
            long first = list.get(JAVA_LONG, 16L * i);
            found.add(new MemoryRange(first, list.get(JAVA_LONG, 16L * i + 8) - first + 1));
        }
        ranges = List.copyOf(found);
        pageSizes = ask.get(JAVA_LONG, 24);
    }

    @Override
    public long pageSizes() {
        // iommufd says the smallest alignment; larger pages are used by themselves.
        return pageSizes;
    }

    @Override
    public List<MemoryRange> ranges() {
        return ranges;
    }

    @Override
    public synchronized int map(long address, long iova, long bytes, boolean readable, boolean writable) {
        request.set(JAVA_INT, 0, MAP_BYTES);
        request.set(JAVA_INT, 4, FIXED_IOVA | (writable ? WRITEABLE : 0) | (readable ? READABLE : 0));
        request.set(JAVA_INT, 8, id);
        request.set(JAVA_INT, 12, 0);
        request.set(JAVA_LONG, 16, address);
        request.set(JAVA_LONG, 24, bytes);
        request.set(JAVA_LONG, 32, iova);
        return SystemCalls.ioctl(descriptor, VfioRequests.IOAS_MAP, request);
    }

    @Override
    public synchronized long unmap(long iova, long bytes) {
        request.set(JAVA_INT, 0, UNMAP_BYTES);
        request.set(JAVA_INT, 4, id);
        request.set(JAVA_LONG, 8, iova);
        request.set(JAVA_LONG, 16, bytes);
        int result = SystemCalls.ioctl(descriptor, VfioRequests.IOAS_UNMAP, request);
        return result < 0 ? result : request.get(JAVA_LONG, 16);
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
        arena.close();
    }
}
