package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.runtime.configuration.Problems;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolFixup;
import dev.dmaops.spi.PoolPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens a planned platform: the backends that its devices need, its pools, then device by device.
 *
 * <p>A backend that is not built keeps only its own devices closed. Everything else that goes wrong ends the opening; what was
 * open by then is given back, the machine too.
 */
public final class PlatformOpener {
    private final PlatformPlan plan;
    private final Providers providers;
    private final Machine machine;
    private final BackendContext context;
    private final boolean refusePoolOutOfReach;
    private final Resources resources;
    private final Problems problems = new Problems();
    private final Map<String, DmaBackend> backends = new LinkedHashMap<>();
    private final Map<String, ConfigurationProblem> notBuilt = new HashMap<>();
    private final Map<String, BouncePool> pools = new LinkedHashMap<>();

    private PlatformOpener(
            PlatformPlan plan,
            Providers providers,
            Machine machine,
            BackendContext context,
            boolean refusePoolOutOfReach) {
        this.plan = plan;
        this.providers = providers;
        this.machine = machine;
        this.context = context;
        this.refusePoolOutOfReach = refusePoolOutOfReach;
        resources = new Resources(context.events());
        resources.hold("machine", machine::close);
    }

    /**
     * Opens.
     *
     * @param name what the configuration calls the platform
     * @param machine belongs to the platform from here on: closed with it, and also when opening fails
     * @param refusePoolOutOfReach whether a pool that its device cannot reach ends the opening
     * @param parts what {@link DmaPlatform#part} gives out besides the machine's own parts
     * @throws DmaConfigurationException with every problem; nothing stays open
     */
    public static DmaPlatform open(
            String name,
            PlatformPlan plan,
            Providers providers,
            Machine machine,
            BackendContext context,
            boolean refusePoolOutOfReach,
            List<Object> parts) {
        PlatformOpener opener = new PlatformOpener(plan, providers, machine, context, refusePoolOutOfReach);
        try {
            return opener.open(name, parts);
        } catch (RuntimeException | Error failure) {
            try {
                opener.resources.close();
            } catch (RuntimeException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private DmaPlatform open(String name, List<Object> parts) {
        BackendCheck.checkJars(plan, providers);
        openBackends();
        problems.throwIfAny();
        openPools();
        SequencedMap<String, DmaDevice> devices = new LinkedHashMap<>();
        Map<String, ConfigurationProblem> notOpened = new HashMap<>();
        List<BackendChoice> choices = new ArrayList<>();
        Map<String, BouncePool> poolOf = new HashMap<>();
        for (DevicePlan device : plan.devices()) {
            BouncePool pool = pool(device);
            BackendChoice choice = reported(device, pool);
            if (pool != null) {
                poolOf.put(choice.device(), pool);
            }
            choices.add(choice);
            ConfigurationProblem problem = notBuilt.get(choice.backend());
            if (problem == null) {
                devices.put(choice.device(), bind(device, choice, pool));
            } else {
                notOpened.put(choice.device(), problem);
            }
        }
        problems.throwIfAny();
        List<Object> all = new ArrayList<>(parts);
        all.addAll(List.of(machine, plan, new OpenPools(poolOf)));
        return new OpenPlatform(
                name, devices, notOpened, choices, List.copyOf(pools.values()), machine, all, resources);
    }

    private void openBackends() {
        for (DevicePlan device : plan.devices()) {
            String id = device.choice().backend();
            if (id.equals(BackendCheck.GRANT_DMA)) {
                notBuilt.computeIfAbsent(id, PlatformOpener::grantDma);
            } else if (BackendCheck.isOpened(id) && !backends.containsKey(id) && !notBuilt.containsKey(id)) {
                openBackend(id);
            }
        }
    }

    private void openBackend(String id) {
        try {
            DmaBackend backend = providers.backend(id).orElseThrow().provider().open(context);
            resources.hold(id, backend::close);
            backends.put(id, backend);
        } catch (DmaConfigurationException e) {
            for (ConfigurationProblem problem : e.problems()) {
                if (problem.code() == DmaErrorCode.BACKEND_NOT_BUILT) {
                    notBuilt.put(id, problem);
                } else {
                    problems.add(problem);
                }
            }
        }
    }

    private void openPools() {
        // A pool that only devices would use which stay closed is not made: its fixup belongs to their backend.
        if (plan.pool().kind() != PoolKind.NONE && !providers.pools().isEmpty()) {
            PoolFixup fixup = backends.values().stream()
                    .map(DmaBackend::poolFixup)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            openPool(plan.pool(), fixup);
        }
        for (DevicePlan device : plan.devices()) {
            device.restrictedPool().ifPresent(restricted -> {
                if (!pools.containsKey(restricted.name())) {
                    openPool(restricted, null);
                }
            });
        }
    }

    private void openPool(PoolPlan wanted, @Nullable PoolFixup fixup) {
        BouncePool pool = providers.pools().getFirst().provider().create(wanted, context, fixup);
        if (pool == null) {
            context.events()
                    .log(
                            "pool " + wanted.name(),
                            DmaErrorCode.POOL_NOT_CREATED.text() + " cannot be made: expected " + wanted.slots()
                                    + " slots or less at or below 0x" + Long.toHexString(wanted.limit())
                                    + ", found no room. Maps that would bounce are refused.");
            return;
        }
        resources.hold("pool " + wanted.name(), pool::close);
        pools.put(wanted.name(), pool);
    }

    private @Nullable BouncePool pool(DevicePlan device) {
        return switch (device.choice().pool()) {
            case NONE -> null;
            case RESTRICTED ->
                device.restrictedPool()
                        .map(restricted -> pools.get(restricted.name()))
                        .orElse(null);
            default -> pools.get(plan.pool().name());
        };
    }

    private BackendChoice reported(DevicePlan device, @Nullable BouncePool pool) {
        if (pool == null) {
            return device.choice();
        }
        return PoolReach.check(device, pool.name(), pool.start(), pool.bytes())
                .map(problem -> {
                    context.events().log(device.device().id(), problem.toString());
                    if (refusePoolOutOfReach) {
                        problems.add(problem);
                    }
                    return PoolReach.explained(device.choice(), problem, pool.start(), pool.bytes());
                })
                .orElse(device.choice());
    }

    private DmaDevice bind(DevicePlan device, BackendChoice choice, @Nullable BouncePool pool) {
        DmaDeviceState state = new DmaDeviceState(
                device.limits(), choice.device(), device.device().untrusted().value());
        DmaBackend backend = backends.get(choice.backend());
        DmaOps ops = backend == null ? new NoDmaOps(choice) : backend.bind(state, choice, pool);
        DmaDevice bound = new DmaDevice(
                state, ops, choice, context.memory(), context.pages().pageBytes());
        applyWishes(device, bound);
        return bound;
    }

    /** What the device's driver would do first: ask for its masks. */
    private void applyWishes(DevicePlan device, DmaDevice bound) {
        device.device().streamingMask().ifPresent(wish -> {
            SetMaskOutcome outcome = bound.setStreamingMask(new DmaMask(wish.value()));
            if (outcome != SetMaskOutcome.OK) {
                context.events()
                        .log(
                                bound.id(),
                                "streaming mask " + new DmaMask(wish.value()) + " (" + wish.origin() + ") is refused; "
                                        + bound.streamingMask() + " stays in force");
            }
        });
        device.device().coherentMask().ifPresent(wish -> {
            if (bound.setCoherentMask(new DmaMask(wish.value())) != SetMaskOutcome.OK) {
                context.events()
                        .log(
                                bound.id(),
                                "coherent mask " + new DmaMask(wish.value()) + " (" + wish.origin() + ") is refused; "
                                        + bound.coherentMask() + " stays in force");
            }
        });
    }

    private static ConfigurationProblem grantDma(String id) {
        return new ConfigurationProblem(
                DmaErrorCode.BACKEND_NOT_BUILT,
                id,
                "devices behind Xen grants are chosen and explained, but this backend is not built: they cannot be opened."
                        + " Leave out virtio and grant-dma to use the platform's other backends.");
    }
}
