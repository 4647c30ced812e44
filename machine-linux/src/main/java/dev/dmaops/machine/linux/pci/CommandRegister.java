package dev.dmaops.machine.linux.pci;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The command register of a PCI function, in a file that holds its configuration space. */
final class CommandRegister {
    private static final int AT = 4;
    private static final int MEMORY = 2;
    private static final int BUS_MASTER = 4;

    private static final String GONE = "See with lspci whether the device is still there.";

    private final String device;
    private final int descriptor;
    private final long offset;

    CommandRegister(String device, int descriptor, long configuration) {
        this.device = device;
        this.descriptor = descriptor;
        offset = configuration + AT;
    }

    int read() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(JAVA_SHORT);
            HostCall.require(
                    SystemCalls.read(descriptor, word, offset), device, "read of the PCI command register", GONE);
            return Short.toUnsignedInt(word.get(JAVA_SHORT, 0));
        }
    }

    void write(int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(JAVA_SHORT);
            word.set(JAVA_SHORT, 0, (short) value);
            HostCall.require(
                    SystemCalls.write(descriptor, word, offset), device, "write of the PCI command register", GONE);
        }
    }

    /** Registers answer from here on. */
    void enableMemory() {
        write(read() | MEMORY);
    }

    void busMaster(boolean allowed) {
        int now = read();
        write(allowed ? now | MEMORY | BUS_MASTER : now & ~BUS_MASTER);
    }
}
