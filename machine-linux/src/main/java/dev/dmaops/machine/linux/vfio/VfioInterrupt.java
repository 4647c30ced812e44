package dev.dmaops.machine.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.dmaops.api.DeviceInterrupt;
import dev.dmaops.machine.linux.calls.Errno;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** The first message interrupt of a device, counted in an eventfd. */
final class VfioInterrupt implements DeviceInterrupt {
    private static final int SET_BYTES = 20;
    private static final int NO_DATA = 1;
    private static final int EVENT_COUNTER = 4;
    private static final int TRIGGER = 32;

    private final String device;
    private final int deviceDescriptor;
    private final int index;
    private final int counter;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(8, 8);
    private final MemorySegment count = arena.allocate(8, 8);
    private boolean closed;

    private VfioInterrupt(String device, int deviceDescriptor, int index, int counter) {
        this.device = device;
        this.deviceDescriptor = deviceDescriptor;
        this.index = index;
        this.counter = counter;
    }

    static VfioInterrupt start(String device, int descriptor, int index) {
        int counter = HostCall.require(SystemCalls.eventCounter(), device, "eventfd", "Raise ulimit -n.");
        VfioInterrupt interrupt = new VfioInterrupt(device, descriptor, index, counter);
        try (Arena local = Arena.ofConfined()) {
            MemorySegment set = interrupt.header(local, SET_BYTES + 4, EVENT_COUNTER | TRIGGER, 1);
            set.set(JAVA_INT, SET_BYTES, counter);
            int result = SystemCalls.ioctl(descriptor, VfioRequests.DEVICE_SET_IRQS, set);
            if (result < 0) {
                interrupt.giveBack();
            }
            HostCall.require(
                    result,
                    device,
                    "ioctl VFIO_DEVICE_SET_IRQS " + index,
                    "Close whoever else uses its interrupts, or poll instead.");
            return interrupt;
        }
    }

    private MemorySegment header(Arena local, int bytes, int flags, int irqs) {
        MemorySegment set = local.allocate(bytes, 4);
        set.set(JAVA_INT, 0, bytes);
        set.set(JAVA_INT, 4, flags);
        set.set(JAVA_INT, 8, index);
        set.set(JAVA_INT, 12, 0);
        set.set(JAVA_INT, 16, irqs);
        return set;
    }

    @Override
    public synchronized long await(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            long left = Math.max(0, end - System.nanoTime());
            int ready = SystemCalls.awaitReadable(
                    counter, request, (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000));
            if (ready > 0) {
                return SystemCalls.read(counter, count) == Long.BYTES ? count.get(JAVA_LONG, 0) : 0;
            }
            if (ready != -Errno.EINTR) {
                HostCall.require(ready, device, "poll of its interrupt", "Start its interrupts again.");
                return 0;
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (Arena local = Arena.ofConfined()) {
                // Fails when the device was closed before, which stopped its interrupts too.
                SystemCalls.ioctl(
                        deviceDescriptor, VfioRequests.DEVICE_SET_IRQS, header(local, SET_BYTES, NO_DATA | TRIGGER, 0));
            }
            giveBack();
        }
    }

    private void giveBack() {
        SystemCalls.close(counter);
        arena.close();
    }
}
