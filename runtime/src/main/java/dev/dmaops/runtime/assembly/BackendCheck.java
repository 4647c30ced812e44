package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.PoolKind;
import dev.dmaops.runtime.configuration.NearestNames;
import dev.dmaops.runtime.configuration.Problems;
import dev.dmaops.runtime.discovery.Found;
import dev.dmaops.runtime.discovery.Gates;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.KconfigGate;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.Sourced;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the backends that were chosen with those that the kernel can have and those whose jar is there. */
final class BackendCheck {
    /** Chosen and explained, but never opened: no provider is expected for it. */
    static final String GRANT_DMA = "grant-dma";

    /** The device can do no DMA at all. */
    static final String NONE = "none";

    private static final String POOL_ARTIFACT = "dev.dmaops:dmaops-backend-swiotlb";
    private static final Map<String, String> ARTIFACTS = Map.of(
            "direct", "dev.dmaops:dmaops-backend-direct",
            "swiotlb", POOL_ARTIFACT,
            "swiotlb-xen", "dev.dmaops:dmaops-backend-swiotlb-xen",
            "xen-pv", "dev.dmaops:dmaops-backend-xen-pv",
            "iommu", "dev.dmaops:dmaops-backend-iommu");

    private BackendCheck() {}

    /**
     * Refuses backends whose provider says that the kernel cannot have them: what the rules choose by themselves agrees with
     * it, what a configuration insists on may not.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with one problem for each such device
     */
    static void checkGates(PlatformPlan plan, KernelConfigView config, Providers providers) {
        Problems problems = new Problems();
        Map<String, Boolean> held = new HashMap<>();
        for (DevicePlan device : plan.devices()) {
            String backend = device.choice().backend();
            providers.backend(backend).ifPresent(found -> {
                KconfigGate gate = found.provider().gate();
                if (!held.computeIfAbsent(backend, id -> Gates.holds(gate, config))) {
                    problems.add(
                            DmaErrorCode.BACKEND_NOT_IN_KERNEL,
                            device.device()
                                    .forcedBackend()
                                    .map(Sourced::origin)
                                    .orElse(device.device().origin()),
                            device.device().id() + ": cannot use backend " + backend + ": expected a kernel with "
                                    + gate.expression() + ", found " + Gates.found(gate, config)
                                    + ". Choose another backend or auto, or give another kernel.config.");
                }
            });
        }
        problems.throwIfAny();
    }

    /**
     * Refuses choices whose jar is not there, each backend once.
     *
     * @throws dev.dmaops.api.DmaConfigurationException {@link DmaErrorCode#MISSING_BACKEND} with the artifacts to add
     */
    static void checkJars(PlatformPlan plan, Providers providers) {
        Problems problems = new Problems();
        Set<String> reported = new HashSet<>();
        for (DevicePlan device : plan.devices()) {
            BackendChoice choice = device.choice();
            if (!isOpened(choice.backend())) {
                continue;
            }
            if (providers.backend(choice.backend()).isEmpty() && reported.add(choice.backend())) {
                problems.add(DmaErrorCode.MISSING_BACKEND, choice.device(), missing(choice.backend(), providers));
            }
            if (choice.pool() != PoolKind.NONE && providers.pools().isEmpty() && reported.add("swiotlb")) {
                problems.add(
                        DmaErrorCode.MISSING_BACKEND,
                        choice.device(),
                        "its bounce pool (" + choice.pool().text()
                                + ") cannot be made: no jar here makes pools. Add the" + " artifact " + POOL_ARTIFACT
                                + ".");
            }
        }
        problems.throwIfAny();
    }

    /** Whether devices with this choice are opened with a backend. */
    static boolean isOpened(String backend) {
        return !backend.equals(NONE) && !backend.equals(GRANT_DMA);
    }

    private static String missing(String backend, Providers providers) {
        List<String> there = providers.backends().stream().map(Found::id).toList();
        String artifact = ARTIFACTS.get(backend);
        String cure = artifact != null
                ? "Add the artifact " + artifact + "."
                : (NearestNames.hint(backend, there) + " Add the jar that provides it.").strip();
        return "backend " + backend + " is not here: expected one of " + String.join(", ", there) + ". " + cure;
    }
}
