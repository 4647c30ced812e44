package dev.dmaops.cli.host;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.api.Decision;
import dev.dmaops.cli.JsonText;
import dev.dmaops.cli.explain.ExplanationJson;
import dev.dmaops.machine.linux.topology.HostSystem;
import dev.dmaops.machine.linux.topology.IommuGroup;
import dev.dmaops.machine.linux.topology.Obstacle;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.io.IOException;
import java.util.List;

/** A host for programs. */
public final class HostJson {
    private HostJson() {}

    /** The JSON text. */
    public static String of(HostReport report) {
        return JsonText.of(json -> {
            json.writeStartObject();
            system(json, report);
            json.writeArrayFieldStart("devices");
            for (PciDevice device : report.topology().devices()) {
                device(json, report, device);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void system(JsonGenerator json, HostReport report) throws IOException {
        HostSystem system = report.system();
        json.writeStringField("architecture", system.architecture().value().text());
        json.writeStringField("release", system.release());
        json.writeStringField("hypervisor", system.hypervisor().kind().text());
        json.writeArrayFieldStart("iommus");
        for (String unit : report.topology().units()) {
            json.writeString(unit);
        }
        json.writeEndArray();
        if (system.bounceSlots().isPresent()) {
            json.writeNumberField("poolSlots", system.bounceSlots().getAsLong());
        } else {
            json.writeNullField("poolSlots");
        }
    }

    private static void device(JsonGenerator json, HostReport report, PciDevice device) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", device.id());
        json.writeStringField("ids", device.ids());
        json.writeStringField("driver", device.driver().orElse("none"));
        json.writeStringField("iommu", device.iommu().text());
        json.writeStringField("iommuBecause", device.iommu().because());
        json.writeStringField(
                "group", device.iommu().group().map(IommuGroup::number).orElse("none"));
        json.writeStringField("groupType", device.iommu().groupType());
        json.writeArrayFieldStart("reserved");
        for (var region : device.iommu().group().map(IommuGroup::reserved).orElse(List.of())) {
            json.writeString(region.toString());
        }
        json.writeEndArray();
        json.writeNumberField("maskBits", device.maskBits());
        json.writeBooleanField("maskAskedFor", device.maskAskedFor());
        json.writeNumberField("numaNode", device.numaNode().orElse(-1));
        var choice = report.rules().choice(device.id());
        json.writeStringField("backend", choice.map(c -> c.backend()).orElse("unknown"));
        json.writeStringField("bounce", choice.map(c -> c.bounce().text()).orElse("unknown"));
        json.writeStringField("pool", choice.map(c -> c.pool().text()).orElse("unknown"));
        json.writeStringField(
                "iommuDomain", choice.map(c -> c.iommuDomain().text()).orElse("unknown"));
        json.writeArrayFieldStart("decisions");
        for (Decision decision : choice.map(c -> c.decisions()).orElse(List.of())) {
            ExplanationJson.decision(json, decision);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("obstacles");
        for (Obstacle obstacle : report.obstacles().getOrDefault(device.id(), List.of())) {
            json.writeStartObject();
            json.writeStringField("kind", obstacle.kind().text());
            json.writeStringField("what", obstacle.what());
            json.writeStringField("cure", obstacle.cure());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
