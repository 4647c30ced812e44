package dev.dmaops.spi;

import dev.dmaops.api.BackendChoice;
import java.util.Optional;

/**
 * One device as selection decided it.
 *
 * @param device what firmware said
 * @param choice the backend, and why
 * @param limits masks, limits, translation and coherence after the bus's DMA configuration
 * @param restrictedPool its own pool, when it has one
 */
public record DevicePlan(
        DeviceDescription device, BackendChoice choice, DeviceLimits limits, Optional<PoolPlan> restrictedPool) {}
