package dev.dmaops.cli.explain;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.runtime.assembly.Planner;
import dev.dmaops.runtime.configuration.NearestNames;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.SystemDescription;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be explained.
 *
 * @param name how the user knows the configuration
 * @param system what holds for all devices
 * @param plan what was decided
 */
public record Explanation(String name, SystemDescription system, PlatformPlan plan) {
    /**
     * Reads a configuration and lets the rules decide; nothing is opened.
     *
     * @throws DmaConfigurationException with every mistake
     */
    public static Explanation of(Path configuration) {
        return of(PlatformDescription.read(configuration));
    }

    /**
     * Lets the rules decide about a system that was described already.
     *
     * @throws DmaConfigurationException when the description contradicts itself, or the rules are not here
     */
    static Explanation of(PlatformDescription description) {
        PlatformPlan plan = Planner.plan(description, Providers.load(), description.topology());
        return new Explanation(description.configuration().name(), description.system(), plan);
    }

    /**
     * The same about one device only.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#UNKNOWN_DEVICE} with the nearest names
     */
    public Explanation only(String id) {
        List<DevicePlan> one = plan.devices().stream()
                .filter(device -> device.device().id().equals(id))
                .toList();
        if (one.isEmpty()) {
            List<String> ids =
                    plan.devices().stream().map(device -> device.device().id()).toList();
            String hint = NearestNames.hint(id, ids);
            throw new DmaConfigurationException(
                    DmaErrorCode.UNKNOWN_DEVICE,
                    name,
                    "there is no device \"" + id + "\" among " + ids.size() + "." + (hint.isEmpty() ? "" : " " + hint));
        }
        return new Explanation(
                name,
                system,
                new PlatformPlan(plan.pool(), plan.zoneDmaLimit(), plan.zoneDma32(), one, plan.decisions()));
    }

    /** The choices, in the order of the description. */
    List<BackendChoice> choices() {
        return plan.devices().stream().map(DevicePlan::choice).toList();
    }

    /** The choice for a device. */
    Optional<BackendChoice> choice(String id) {
        return choices().stream().filter(choice -> choice.device().equals(id)).findFirst();
    }

    /** The steps of a choice that are not shared by all devices. */
    List<Decision> own(BackendChoice choice) {
        Set<Decision> shared = new HashSet<>(plan.decisions());
        return choice.decisions().stream()
                .filter(decision -> !shared.contains(decision))
                .toList();
    }

    /** One line about the whole: name, platform, kernel, hypervisor. */
    String heading() {
        return name + ": " + system.architecture().value().text() + ", Linux "
                + system.kernel().value() + ", " + below();
    }

    /** What kind of domain it is, in two words. */
    String domain() {
        return system.hypervisor().isXen()
                ? (system.hypervisor().kind().text() + (system.hypervisor().initialDomain() ? " dom0" : " domU"))
                : "no hypervisor";
    }

    private String below() {
        String domain = domain();
        return switch (system.encryption().value()) {
            case NONE -> domain;
            default ->
                domain + ", memory encryption " + system.encryption().value().text();
        };
    }
}
