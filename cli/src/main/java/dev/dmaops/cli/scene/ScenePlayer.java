package dev.dmaops.cli.scene;

import dev.dmaops.api.DmaPlatform;
import dev.dmaops.cli.workload.DeviceReport;
import dev.dmaops.cli.workload.PlatformWorkload;
import dev.dmaops.cli.workload.WorkloadSettings;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Opens the platform of a scene, drives its devices and closes it again. */
public final class ScenePlayer {
    private static final Pattern WITH_REGISTERS = Pattern.compile("[0-9a-f]+\\..*");

    private final WorkloadSettings settings;
    private final Optional<Predicate<String>> wanted;
    private final Consumer<String> progress;

    /**
     * Prepares.
     *
     * @param wanted which devices to drive; empty for all that have registers
     * @param progress hears the id of a device whenever some of its operations are done
     */
    public ScenePlayer(WorkloadSettings settings, Optional<Predicate<String>> wanted, Consumer<String> progress) {
        this.settings = settings;
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * Plays.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake of the configuration
     */
    public SceneReport play(Scene scene) {
        try (DmaPlatform platform = DmaPlatform.open(scene.configuration())) {
            return play(scene, platform);
        }
    }

    /** Plays on a platform that is open already, and stays so. */
    public SceneReport play(Scene scene, DmaPlatform platform) {
        PlatformDescription description =
                platform.part(PlatformDescription.class).orElseThrow();
        List<String> leftOut = wanted.isPresent() ? List.of() : leftOut(description.devices());
        List<DeviceReport> reports =
                new PlatformWorkload(platform, settings, progress).run(wanted.orElse(id -> !leftOut.contains(id)));
        Map<String, String> why = reasons(platform, description);
        List<DrivenDevice> driven = reports.stream()
                .map(report -> new DrivenDevice(why.getOrDefault(report.choice().device(), ""), report))
                .toList();
        return new SceneReport(scene, description.system(), platform.pools(), driven, leftOut);
    }

    private static Map<String, String> reasons(DmaPlatform platform, PlatformDescription description) {
        Map<String, String> reasons = new HashMap<>();
        for (DevicePlan plan : platform.part(PlatformPlan.class).orElseThrow().devices()) {
            reasons.put(
                    plan.choice().device(),
                    ShortReason.of(plan, description.system().ram()));
        }
        return reasons;
    }

    /** Buses and bridges, which only pass on what others start, and nodes without registers, where nobody could start it. */
    private static List<String> leftOut(List<DeviceDescription> devices) {
        return devices.stream()
                .filter(device -> device.firmware() == Firmware.DEVICE_TREE && device.bus() == Bus.PLATFORM)
                .filter(device -> !WITH_REGISTERS.matcher(device.id()).matches()
                        || devices.stream().anyMatch(other -> !other.equals(device) && isBehind(other, device)))
                .map(DeviceDescription::id)
                .toList();
    }

    private static boolean isBehind(DeviceDescription device, DeviceDescription bus) {
        return device.node().equals(bus.node()) || device.node().startsWith(bus.node() + "/");
    }
}
