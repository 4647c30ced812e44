package dev.dmaops.machine.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.dmaops.api.DeviceInterrupt;
import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.machine.linux.pci.DeviceHandle;
import dev.dmaops.machine.linux.pci.PciFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A PCI function of VFIO. When this process dies, however it dies, the kernel resets it and takes its right to do DMA away. */
final class VfioDevice implements DeviceHandle {
    private static final int REGION_BYTES = 32;
    private static final int CONFIGURATION = 7;
    private static final int BARS = 6;
    private static final int CAN_MAP = 4;
    private static final int MSI = 1;
    private static final int MSI_X = 2;

    private final String id;
    private final int descriptor;
    private final PciFiles files;

    VfioDevice(String id, int descriptor) {
        this.id = id;
        this.descriptor = descriptor;
        files = PciFiles.of(id, descriptor, region(CONFIGURATION).get(JAVA_LONG, 24), this::map);
    }

    private MemorySegment region(int index) {
        MemorySegment info = Arena.ofAuto().allocate(REGION_BYTES, 8);
        info.set(JAVA_INT, 0, REGION_BYTES);
        info.set(JAVA_INT, 8, index);
        HostCall.require(
                SystemCalls.ioctl(descriptor, VfioRequests.DEVICE_GET_REGION_INFO, info),
                id,
                "ioctl VFIO_DEVICE_GET_REGION_INFO " + index,
                "Bind it to vfio-pci anew.");
        return info;
    }

    private Optional<PciFiles.Window> map(int window) {
        if (window < 0 || window >= BARS) {
            return Optional.empty();
        }
        MemorySegment info = region(window);
        long bytes = info.get(JAVA_LONG, 16);
        return bytes == 0 || (info.get(JAVA_INT, 4) & CAN_MAP) == 0
                ? Optional.empty()
                : Optional.of(new PciFiles.Window(info.get(JAVA_LONG, 24), bytes));
    }

    @Override
    public Optional<DeviceRegisters> registers(int window) {
        return files.registers(window);
    }

    @Override
    public boolean reset() {
        return SystemCalls.ioctl(descriptor, VfioRequests.DEVICE_RESET, 0) == 0;
    }

    @Override
    public void busMaster(boolean allowed) {
        files.busMaster(allowed);
    }

    @Override
    public Optional<DeviceInterrupt> interrupt() {
        for (int index : new int[] {MSI, MSI_X}) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment info = arena.allocate(16, 4);
                info.set(JAVA_INT, 0, 16);
                info.set(JAVA_INT, 8, index);
                if (SystemCalls.ioctl(descriptor, VfioRequests.DEVICE_GET_IRQ_INFO, info) == 0
                        && info.get(JAVA_INT, 12) > 0) {
                    return Optional.of(VfioInterrupt.start(id, descriptor, index));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        files.close();
        SystemCalls.close(descriptor);
    }
}
