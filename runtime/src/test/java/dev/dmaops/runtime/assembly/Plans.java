package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/** Plans as selection would make them. */
final class Plans {
    static final PoolPlan POOL = new PoolPlan("default", PoolKind.DEFAULT, 512, 1, false, 0xffff_ffffL, 0, 0);

    private Plans() {}

    static PlatformPlan without(DevicePlan... devices) {
        return new PlatformPlan(PoolPlan.NONE, 0, true, List.of(devices), List.of());
    }

    static PlatformPlan withPool(DevicePlan... devices) {
        return new PlatformPlan(POOL, 0, true, List.of(devices), List.of());
    }

    static DevicePlan device(String id, String backend) {
        return device(id, backend, PoolKind.NONE, DeviceLimits.DEFAULT, Optional.empty());
    }

    static DevicePlan device(
            String id, String backend, PoolKind pool, DeviceLimits limits, Optional<Sourced<String>> forced) {
        DeviceDescription description = new DeviceDescription(
                id,
                id,
                Bus.PCI,
                Firmware.NONE,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Sourced.byDefault(false),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DmaConstraints.PCI,
                true,
                forced,
                "test");
        BackendChoice choice = new BackendChoice(
                id,
                backend,
                pool == PoolKind.NONE ? BounceMode.NONE : BounceMode.POSSIBLE,
                pool,
                IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of(new Decision("test.rule", "The test says so.", List.of(), backend)));
        return new DevicePlan(description, choice, limits, Optional.empty());
    }
}
