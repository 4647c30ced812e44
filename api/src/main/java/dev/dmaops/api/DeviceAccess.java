package dev.dmaops.api;

import java.util.Optional;

/**
 * What a driver needs of its device besides DMA: registers and interrupts. A machine that has devices with registers offers it;
 * ask for it with {@code platform.part(DeviceAccess.class)}. The same driver then runs on a simulated device, on VFIO, and on a
 * device that no IOMMU stands in front of.
 */
public interface DeviceAccess {
    /**
     * A window of the device's registers.
     *
     * @param device the device's id
     * @param window number of the window: of the BAR, 0 to 5
     * @throws DmaConfigurationException {@link DmaErrorCode#UNKNOWN_DEVICE} when the machine has no such device, or it has no such
     *     window
     */
    DeviceRegisters registers(String device, int window);

    /**
     * Puts the device into the state after power-on, as far as the machine can: everything that it was told before is forgotten,
     * and it does no DMA any more.
     *
     * @return whether there is a way to reset this device
     */
    boolean reset(String device);

    /**
     * Lets the device read and write memory, or keeps it from doing so (the bus master bit of a PCI function). Devices start
     * without.
     */
    void busMaster(String device, boolean allowed);

    /** Starts the device's first message interrupt; empty when this machine delivers none for it, and the driver must poll. */
    Optional<DeviceInterrupt> interrupt(String device);
}
