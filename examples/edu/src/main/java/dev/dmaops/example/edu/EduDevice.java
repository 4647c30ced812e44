package dev.dmaops.example.edu;

import dev.dmaops.api.DeviceAccess;
import dev.dmaops.api.DeviceInterrupt;
import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * QEMU's education device (1234:11e8; docs/specs/edu.rst of QEMU 7.2): an inverter, a factorial, and a DMA engine between memory and
 * 4 KiB of its own. It drives 28 address bits and drops the others without a word.
 *
 * <p>One thread at a time.
 */
public final class EduDevice implements AutoCloseable {
    /** Longest transfer in bytes: QEMU 7.2 takes one that ends at the buffer's end for one that goes beyond, and stops. */
    public static final int MAX_BYTES = 4095;

    /** What {@link #identification} reads, but for the release number in its upper half. */
    public static final int MAGIC = 0xed;

    private static final int ADDRESS_BITS = 28;
    private static final int IDENTIFICATION = 0x00;
    private static final int INVERTER = 0x04;
    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int COMPUTING = 1;
    private static final int INTERRUPT_STATUS = 0x24;
    private static final int RAISE = 0x60;
    private static final int ACKNOWLEDGE = 0x64;
    private static final int SOURCE = 0x80;
    private static final int DESTINATION = 0x88;
    private static final int COUNT = 0x90;
    private static final int COMMAND = 0x98;
    private static final int START = 1;
    private static final int TO_MEMORY = 2;
    private static final int INTERRUPT_AFTER = 4;
    private static final long BUFFER = 0x40000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 200_000;

    private final DmaDevice dma;
    private final DeviceAccess access;
    private final DeviceRegisters registers;
    private final Optional<DeviceInterrupt> interrupt;

    private EduDevice(DmaDevice dma, DeviceAccess access) {
        this.dma = dma;
        this.access = access;
        registers = access.registers(dma.id(), 0);
        dma.setMasks(DmaMask.ofBits(ADDRESS_BITS));
        access.busMaster(dma.id(), true);
        interrupt = access.interrupt(dma.id());
    }

    /**
     * Starts the device of a platform.
     *
     * @throws IllegalStateException when the machine has no devices with registers, or this is another device
     */
    public static EduDevice open(DmaPlatform platform, String id) {
        DeviceAccess access = platform.part(DeviceAccess.class)
                .orElseThrow(() -> new IllegalStateException("this machine has no devices with registers"));
        EduDevice device = new EduDevice(platform.device(id), access);
        if ((device.identification() & 0xff) != MAGIC) {
            int found = device.identification();
            device.close();
            throw new IllegalStateException(id + " is no edu device: it says 0x" + Integer.toHexString(found));
        }
        return device;
    }

    /** Release and {@link #MAGIC}. */
    public int identification() {
        return registers.read32(IDENTIFICATION);
    }

    /** All bits inverted, by the device. */
    public int inverted(int value) {
        registers.write32(INVERTER, value);
        return registers.read32(INVERTER);
    }

    /** The factorial, by the device, which takes its time. */
    public int factorial(int number) {
        registers.write32(FACTORIAL, number);
        await(() -> (registers.read32(STATUS) & COMPUTING) == 0, "its factorial");
        return registers.read32(FACTORIAL);
    }

    /** Whether transfers end with an interrupt rather than being polled for. */
    public boolean hasInterrupts() {
        return interrupt.isPresent();
    }

    /** Lets the device interrupt and waits for it; false when it does not, or interrupts do not come through. */
    public boolean interruptsOnRequest(Duration longest) {
        if (interrupt.isEmpty()) {
            return false;
        }
        registers.write32(RAISE, 1);
        boolean came = interrupt.get().await(longest) > 0;
        registers.write32(ACKNOWLEDGE, registers.read32(INTERRUPT_STATUS));
        return came;
    }

    /** Copies a buffer of at most {@link #MAX_BYTES} into the device. */
    public void write(MemorySegment buffer) {
        try (DmaMapping mapping = dma.map(buffer, DmaDirection.TO_DEVICE)) {
            transfer(mapping.dmaAddress().value(), BUFFER, buffer.byteSize(), START);
        }
    }

    /** Copies from the device into a buffer. */
    public void read(MemorySegment buffer) {
        try (DmaMapping mapping = dma.map(buffer, DmaDirection.FROM_DEVICE)) {
            transfer(BUFFER, mapping.dmaAddress().value(), buffer.byteSize(), START | TO_MEMORY);
        }
    }

    /** Lets the device write to an address that the caller answers for: for tests of what an IOMMU keeps out. */
    public void writeUnchecked(long dmaAddress, int bytes) {
        transfer(BUFFER, dmaAddress, bytes, START | TO_MEMORY);
    }

    /** Lets the device read from an address that the caller answers for. */
    public void readUnchecked(long dmaAddress, int bytes) {
        transfer(dmaAddress, BUFFER, bytes, START);
    }

    /** Starts a write to memory and does not wait for its end. */
    public void startWrite(long dmaAddress, int bytes) {
        program(BUFFER, dmaAddress, bytes, START | TO_MEMORY);
    }

    private void transfer(long source, long destination, long bytes, int command) {
        if (bytes <= 0 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    dma.id() + ": cannot transfer " + bytes + " bytes: expected 1 to " + MAX_BYTES + ".");
        }
        program(source, destination, bytes, interrupt.isPresent() ? command | INTERRUPT_AFTER : command);
        if (interrupt.isPresent()) {
            if (interrupt.get().await(PATIENCE) == 0) {
                throw new IllegalStateException(dma.id() + " did not interrupt within " + PATIENCE);
            }
            registers.write32(ACKNOWLEDGE, registers.read32(INTERRUPT_STATUS));
        }
        await(() -> (registers.read32(COMMAND) & START) == 0, "its transfer");
    }

    private void program(long source, long destination, long bytes, int command) {
        registers.write64(SOURCE, source);
        registers.write64(DESTINATION, destination);
        registers.write64(COUNT, bytes);
        registers.write32(COMMAND, command);
    }

    private void await(BooleanSupplier done, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(dma.id() + " did not finish " + what + " within " + PATIENCE);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Makes the device quiet. */
    @Override
    public void close() {
        interrupt.ifPresent(DeviceInterrupt::close);
        access.busMaster(dma.id(), false);
    }
}
