package dev.dmaops.cli.scene;

import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.SystemDescription;
import java.util.List;

/**
 * What came of a scene.
 *
 * @param scene the scene
 * @param system the system that it describes
 * @param pools what the bounce pools did, the default one first
 * @param devices the devices that were wanted
 * @param leftOut devices of the device tree that start no DMA themselves: buses and bridges, and nodes without registers
 */
public record SceneReport(
        Scene scene,
        SystemDescription system,
        List<PoolStatistics> pools,
        List<DrivenDevice> devices,
        List<String> leftOut) {
    /** Copies the lists. */
    public SceneReport {
        pools = List.copyOf(pools);
        devices = List.copyOf(devices);
        leftOut = List.copyOf(leftOut);
    }

    /** Slots of the default bounce pool; 0 without one. */
    public int poolSlots() {
        return pools.stream().findFirst().map(PoolStatistics::slots).orElse(0);
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

    /** Whether every byte was right, no access led nowhere, and everything happened that had to. */
    public boolean isClean() {
        return devices.stream().allMatch(device -> device.report().isClean());
    }
}
