package dev.dmaops.cli.replay;

import dev.dmaops.api.PoolKind;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.trace.setup.DeviceFacts;
import dev.dmaops.trace.setup.PoolFacts;
import dev.dmaops.trace.setup.ReplayOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a configuration says about the default pool and about its devices. */
public final class ConfiguredPool {
    private static final long IOMMU_GRANULE_MASK = 0xfff;

    private ConfiguredPool() {}

    /**
     * Reads it and lets the rules decide.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake
     */
    public static ReplayOptions of(Path configuration) {
        Explanation explained = Explanation.of(configuration);
        String origin = explained.name();
        PoolPlan pool = explained.plan().pool();
        boolean none = pool.kind() == PoolKind.NONE;
        PoolFacts facts = new PoolFacts(
                none ? 0 : pool.slots(),
                none ? 0 : pool.areas(),
                0,
                pool.forced(),
                explained.system().cpus().value(),
                origin);
        Map<String, DeviceFacts> devices = new HashMap<>();
        for (DevicePlan plan : explained.plan().devices()) {
            devices.put(
                    plan.device().id(),
                    new DeviceFacts(
                            plan.device().constraints().minAlignMask(),
                            plan.device().constraints().segmentBoundaryMask(),
                            plan.choice().iommuDomain().translates() ? IOMMU_GRANULE_MASK : 0,
                            origin));
        }
        return new ReplayOptions(OptionalLong.empty(), OptionalLong.empty(), Map.of(), Optional.of(facts), devices);
    }
}
