package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;

/**
 * What is to be done otherwise than the kernel does it.
 *
 * @param policy what the rules and backends look at
 * @param refusePoolOutOfReach whether a pool that a device cannot reach stops the platform from opening; it is reported anyway
 */
public record PolicySettings(Sourced<Policy> policy, Sourced<Boolean> refusePoolOutOfReach) {
    /** As Linux. */
    public static final PolicySettings DEFAULT =
            new PolicySettings(Sourced.byDefault(Policy.AS_LINUX), Sourced.byDefault(false));
}
