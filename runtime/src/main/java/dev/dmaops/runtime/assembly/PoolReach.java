package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.DmaDeviceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds devices that cannot reach the pool behind them: every map that bounces will be refused. Linux finds out at the first
 * such map; here it is known when the platform opens.
 */
final class PoolReach {
    /** Id of the step that is added to the choice. */
    static final String RULE = "pool-out-of-reach";

    private PoolReach() {}

    /**
     * The problem, or empty when the device reaches the whole pool.
     *
     * @param start first physical byte of the pool
     * @param bytes length of the pool
     */
    static Optional<ConfigurationProblem> check(DevicePlan plan, String pool, long start, long bytes) {
        if (bytes == 0 || plan.choice().iommuDomain().translates()) {
            return Optional.empty();
        }
        DeviceLimits limits = plan.limits();
        DmaDeviceState state = new DmaDeviceState(
                limits, plan.device().id(), plan.device().untrusted().value());
        long last = start + bytes - 1;
        if (limits.ranges().coversPhysical(start, bytes)
                && state.reaches(limits.ranges().toDma(start), 1)
                && state.reaches(limits.ranges().toDma(last), 1)) {
            return Optional.empty();
        }
        return Optional.of(new ConfigurationProblem(
                DmaErrorCode.POOL_OUT_OF_REACH_AT_OPEN,
                plan.device().id(),
                String.format(
                        "bounce pool %s lies at 0x%x-0x%x: expected it within reach, found mask 0x%x, bus limit %s,"
                                + " windows %s. Maps that bounce will be refused. Widen the mask or dma-ranges, make the pool"
                                + " smaller, or give the device a restricted-dma-pool.",
                        pool,
                        start,
                        last,
                        limits.streamingMask(),
                        limits.busLimit() == 0 ? "none" : "0x" + Long.toHexString(limits.busLimit()),
                        limits.ranges())));
    }

    /** The choice with one more step that says so. */
    static BackendChoice explained(BackendChoice choice, ConfigurationProblem problem, long start, long bytes) {
        List<Decision> decisions = new ArrayList<>(choice.decisions());
        decisions.add(new Decision(
                RULE,
                "The bounce pool lies where the device cannot reach it, so every map that bounces will be refused.",
                List.of(new DecisionInput("pool", String.format("0x%x-0x%x", start, start + bytes - 1), "machine")),
                problem.what()));
        return new BackendChoice(
                choice.device(),
                choice.backend(),
                choice.bounce(),
                choice.pool(),
                choice.iommuDomain(),
                choice.setMask(),
                decisions);
    }
}
