package dev.dmaops.cli.scene;

import dev.dmaops.spi.SystemDescription;
import java.util.List;

/**
 * What came of a scene.
 *
 * @param scene the scene
 * @param system the system that it describes
 * @param poolSlots slots of the default bounce pool; 0 without one
 * @param devices the devices that were wanted
 * @param leftOut devices of the device tree that start no DMA themselves: buses and bridges, and nodes without registers
 */
public record SceneReport(
        Scene scene, SystemDescription system, int poolSlots, List<DrivenDevice> devices, List<String> leftOut) {
    /** Copies the lists. */
    public SceneReport {
        devices = List.copyOf(devices);
        leftOut = List.copyOf(leftOut);
    }

    /** Bytes of all devices that were not as they should be. */
    public long mismatchedBytes() {
        return devices.stream()
                .mapToLong(device -> device.report().mismatchedBytes())
                .sum();
    }

    /** Accesses of all devices that led nowhere. */
    public long faults() {
        return devices.stream().mapToLong(device -> device.report().faults()).sum();
    }
}
