package dev.dmaops.spi;

import dev.dmaops.api.Decision;
import java.util.List;

/**
 * A platform as selection decided it: what is left is to build it.
 *
 * @param pool the default pool
 * @param zoneDmaLimit highest address of the DMA zone, inclusive; 0 when there is none
 * @param zoneDma32 whether there is a zone below 4 GiB
 * @param devices every device
 * @param decisions the steps that concern all devices
 */
public record PlatformPlan(
        PoolPlan pool, long zoneDmaLimit, boolean zoneDma32, List<DevicePlan> devices, List<Decision> decisions) {
    /** Copies the lists. */
    public PlatformPlan {
        devices = List.copyOf(devices);
        decisions = List.copyOf(decisions);
    }
}
