package dev.dmaops.runtime.assembly;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.NearestNames;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Found;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.Sourced;
import java.util.List;

/** Makes the machine that a configuration asks for. */
public final class MachineOpener {
    private MachineOpener() {}

    /**
     * Makes it.
     *
     * @throws DmaConfigurationException when nothing here makes machines of that kind, or it cannot be made so
     */
    public static Machine open(PlatformDescription description, PlatformPlan plan, Providers providers) {
        MachineSettings settings = description.configuration().machine();
        String kind = settings.kind().value();
        List<String> kinds = providers.machines().stream().map(Found::id).toList();
        return providers
                .machine(kind)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.MISSING_PROVIDER,
                        settings.kind().origin(),
                        ("machine.kind: expected one of " + String.join(", ", kinds) + ", found \"" + kind + "\". "
                                        + cure(kind, kinds))
                                .strip()))
                .provider()
                .create(request(description, plan));
    }

    /** What is asked of whoever makes the machine. */
    public static MachineRequest request(PlatformDescription description, PlatformPlan plan) {
        MachineSettings settings = description.configuration().machine();
        return new MachineRequest(
                description.system().ram(),
                description.system().pageBytes(),
                plan.zoneDmaLimit(),
                plan.zoneDma32(),
                description.system().cpus().value(),
                description.cacheLineBytes(),
                plan.devices(),
                settings.seed().value(),
                description.system().hypervisor(),
                settings.hostRam().stream().map(Sourced::value).toList());
    }

    /**
     * The machine's cache maintenance; nothing to do on a machine without, as long as every device snoops.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#BAD_MACHINE} when one does not
     */
    public static CacheMaintenance caches(Machine machine, PlatformPlan plan) {
        return machine.hook(CacheMaintenance.class).orElseGet(() -> {
            plan.devices().stream()
                    .filter(device -> !device.limits().coherent())
                    .findFirst()
                    .ifPresent(device -> {
                        throw new DmaConfigurationException(
                                DmaErrorCode.BAD_MACHINE,
                                device.device().origin(),
                                device.device().id() + " does not snoop CPU caches: expected a machine with cache"
                                        + " maintenance, found one without. Set coherent = yes, or use another"
                                        + " machine.kind.");
                    });
            return new NoCaches();
        });
    }

    private static String cure(String kind, List<String> kinds) {
        return switch (kind) {
            case "sim" -> "Add the artifact dev.dmaops:dmaops-machine-sim.";
            case "linux" -> "Add the artifact dev.dmaops:dmaops-machine-linux.";
            default -> NearestNames.hint(kind, kinds);
        };
    }
}
