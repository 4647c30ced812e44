package dev.dmaops.cli.host;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.machine.linux.topology.HostSystem;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the host's own files as origins of facts, where the rules only know who handed the facts over. */
final class HostOrigins {
    private static final Pattern DEVICE = Pattern.compile("builder\\.device\\(([^)]*)\\)(?:\\.(\\w+))?");
    private static final Map<String, String> FILE_OF =
            Map.of("mask", "/dma_mask_bits", "coherentMask", "/consistent_dma_mask_bits", "untrusted", "/removable");

    private final Map<String, String> files = new LinkedHashMap<>();
    private final String root;

    HostOrigins(HostSystem system, Path root) {
        files.put("builder.kernel", system.version().origin());
        files.put("builder.commandLine", system.commandLine().origin());
        files.put("builder.architecture", system.architecture().origin());
        files.put("memory map", system.ram().origin());
        this.root = root.toString();
    }

    PlatformPlan renamed(PlatformPlan plan) {
        return new PlatformPlan(
                plan.pool(),
                plan.zoneDmaLimit(),
                plan.zoneDma32(),
                plan.devices().stream()
                        .map(device -> new DevicePlan(
                                device.device(), renamed(device.choice()), device.limits(), device.restrictedPool()))
                        .toList(),
                renamed(plan.decisions()));
    }

    private BackendChoice renamed(BackendChoice choice) {
        return new BackendChoice(
                choice.device(),
                choice.backend(),
                choice.bounce(),
                choice.pool(),
                choice.iommuDomain(),
                choice.setMask(),
                renamed(choice.decisions()));
    }

    private List<Decision> renamed(List<Decision> decisions) {
        return decisions.stream()
                .map(decision -> new Decision(
                        decision.rule(),
                        decision.because(),
                        decision.inputs().stream()
                                .map(input -> new DecisionInput(input.name(), input.value(), renamed(input.origin())))
                                .toList(),
                        decision.outcome()))
                .toList();
    }

    private String renamed(String origin) {
        Matcher device = DEVICE.matcher(origin);
        if (device.matches()) {
            String fact = device.group(2);
            return "/sys/bus/pci/devices/" + device.group(1) + (fact == null ? "" : FILE_OF.getOrDefault(fact, ""));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            if (origin.equals(file.getKey()) || origin.startsWith(file.getKey() + " ")) {
                return file.getValue() + origin.substring(file.getKey().length());
            }
        }
        return root.length() > 1 ? origin.replace(root + "/", "/") : origin;
    }
}
