package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DeviceInterrupt;
import dev.dmaops.api.DeviceRegisters;
import java.util.Optional;

/** A device that this process holds. */
public interface DeviceHandle extends AutoCloseable {
    /** A window of registers; empty when the device has none of that number, or it is in port space. */
    Optional<DeviceRegisters> registers(int window);

    /** Resets the device. False when there is no way to. */
    boolean reset();

    /** Lets the device read and write memory, or not. */
    void busMaster(boolean allowed);

    /** Starts message interrupts; empty when there are none this way. */
    Optional<DeviceInterrupt> interrupt();

    /** Makes the device quiet and gives it back as it was found. */
    @Override
    void close();
}
