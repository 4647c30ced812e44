package dev.dmaops.selection;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.SystemDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the kernel's procedure: the system's tables once, then each device's, and writes down every rule that fired.
 *
 * <p>A device's decisions begin with those of its system, so that they tell the whole story; {@link PlatformPlan#decisions()} holds
 * the same objects. Stateless; any thread may call.
 */
public final class Selection {
    private Selection() {}

    /**
     * Decides for a system and its devices.
     *
     * @throws DmaConfigurationException with every contradiction in the description and every backend that a device is forced to
     *     and cannot have
     */
    public static PlatformPlan plan(PlatformRules rules, SystemDescription system, List<DeviceDescription> devices) {
        Contradictions.check(system, devices);
        Facts facts = SystemFactsLoader.load(system, devices);
        List<Decision> systemDecisions = new ArrayList<>();
        rules.system().forEach(table -> table.answer(facts, systemDecisions::add));

        PoolPlan pool = pool(facts);
        DeviceFactsLoader loader = new DeviceFactsLoader(devices);
        ForcedBackends forced = new ForcedBackends(system);
        List<DevicePlan> plans = new ArrayList<>();
        for (DeviceDescription device : devices) {
            Facts about = loader.load(facts, device);
            List<Decision> decisions = new ArrayList<>(systemDecisions);
            rules.device().forEach(table -> table.answer(about, decisions::add));
            BackendChoice choice = forced.apply(device, choice(device, about, decisions), about);
            plans.add(new DevicePlan(device, choice, limits(device, about), restricted(device, about)));
        }
        forced.throwIfAny();
        return new PlatformPlan(
                pool,
                facts.peek(SystemFacts.ZONE_DMA) ? facts.peek(SystemFacts.ZONE_DMA_LIMIT) : 0,
                system.config().enabled("ZONE_DMA32"),
                plans,
                systemDecisions);
    }

    private static BackendChoice choice(DeviceDescription device, Facts facts, List<Decision> decisions) {
        return new BackendChoice(
                device.id(),
                facts.peek(DeviceFacts.BACKEND),
                facts.peek(DeviceFacts.BOUNCE),
                facts.peek(DeviceFacts.DEVICE_POOL),
                facts.peek(DeviceFacts.DOMAIN),
                facts.peek(DeviceFacts.SET_MASK),
                decisions);
    }

    private static DeviceLimits limits(DeviceDescription device, Facts facts) {
        boolean accepted = facts.peek(DeviceFacts.SET_MASK) == SetMaskOutcome.OK;
        long wanted = facts.peek(DeviceFacts.WANTED_MASK);
        long wantedCoherent = facts.peek(DeviceFacts.WANTED_COHERENT_MASK);
        return new DeviceLimits(
                accepted && wanted != 0 ? wanted : facts.peek(DeviceFacts.MASK),
                accepted && wantedCoherent != 0 ? wantedCoherent : facts.peek(DeviceFacts.COHERENT_MASK),
                facts.peek(DeviceFacts.BUS_LIMIT),
                facts.peek(DeviceFacts.RANGES),
                facts.peek(DeviceFacts.COHERENT),
                device.constraints());
    }

    private static PoolPlan pool(Facts facts) {
        PoolKind kind = facts.peek(SystemFacts.POOL);
        boolean forced = facts.peek(SystemFacts.POOL_FORCED);
        if (kind == PoolKind.NONE) {
            return new PoolPlan("default", kind, 0, 0, forced, 0, 0, 0);
        }
        long limit = facts.peek(facts.peek(SystemFacts.POOL_ANYWHERE) ? SystemFacts.RAM_LAST : SystemFacts.LOW_LIMIT);
        return new PoolPlan(
                "default",
                kind,
                Math.toIntExact(facts.peek(SystemFacts.POOL_SLOTS)),
                Math.toIntExact(facts.peek(SystemFacts.POOL_AREAS)),
                forced,
                limit == 0 ? -1L : limit,
                0,
                0);
    }

    /** A restricted pool is always forced and has one area (kernel/dma/swiotlb.c rmem_swiotlb_device_init). */
    private static Optional<PoolPlan> restricted(DeviceDescription device, Facts facts) {
        if (!facts.peek(DeviceFacts.RESTRICTED)) {
            return Optional.empty();
        }
        return device.restrictedPool().map(region -> {
            long slots = region.region().bytes() / SwiotlbParameters.SLOT_BYTES;
            return new PoolPlan(
                    region.name(),
                    PoolKind.RESTRICTED,
                    Math.toIntExact(slots),
                    1,
                    true,
                    region.region().last(),
                    region.region().start(),
                    region.region().bytes());
        });
    }
}
