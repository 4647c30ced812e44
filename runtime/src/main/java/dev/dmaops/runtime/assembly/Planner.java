package dev.dmaops.runtime.assembly;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Found;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.IommuTopology;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PlatformProvider;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.stream.Collectors;

/** Lets the rules of the right platform decide. Nothing is opened. */
public final class Planner {
    private Planner() {}

    /**
     * The plan for a description.
     *
     * @param topology which device stands behind which IOMMU; asked once for each device
     * @throws DmaConfigurationException when no rules for the platform are there, or the description contradicts itself
     */
    public static PlatformPlan plan(PlatformDescription description, Providers providers, IommuTopology topology) {
        Sourced<Architecture> architecture = description.system().architecture();
        PlatformProvider rules = providers
                .platform(architecture.value())
                .map(Found::provider)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.MISSING_PROVIDER,
                        architecture.origin(),
                        "no rules for platform " + architecture.value().text() + ": " + known(providers)
                                + ". Add the artifact " + artifact(architecture.value()) + "."));
        List<DeviceDescription> devices = description.devices().stream()
                .map(device -> device.withIommu(topology.attachment(device.id())))
                .map(device -> BridgeWindows.reserve(
                        device, description.configuration().pci().windows()))
                .toList();
        PlatformPlan plan =
                ForeignBehindIommu.explained(rules.plan(description.system(), devices), description.system());
        BackendCheck.checkGates(plan, description.system().config(), providers);
        return plan;
    }

    /** The capabilities of an open machine, the platform's own first. */
    public static Hooks hooks(PlatformDescription description, Providers providers, Machine machine, EventSink events) {
        List<Object> own = providers
                .platform(description.system().architecture().value())
                .map(found -> found.provider().hooks(description.system(), machine, events))
                .orElse(List.of());
        return new PlatformHooks(own, machine);
    }

    private static String known(Providers providers) {
        String known = providers.platforms().stream()
                .flatMap(found -> found.provider().architectures().stream())
                .sorted()
                .map(Architecture::text)
                .collect(Collectors.joining(", "));
        return known.isEmpty()
                ? "those of no platform are here"
                : "expected one of " + known + ", whose rules are here";
    }

    private static String artifact(Architecture architecture) {
        return architecture == Architecture.X86 ? "dev.dmaops:dmaops-platform-x86" : "dev.dmaops:dmaops-platform-arm";
    }
}
