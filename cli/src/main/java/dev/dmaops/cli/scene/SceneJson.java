package dev.dmaops.cli.scene;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.cli.JsonText;
import dev.dmaops.cli.workload.Detection;
import dev.dmaops.cli.workload.DeviceReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reports for programs. */
public final class SceneJson {
    private SceneJson() {}

    /** The JSON text. */
    public static String of(List<SceneReport> reports) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("devices");
            for (SceneReport report : reports) {
                for (DrivenDevice device : report.devices()) {
                    device(json, report.scene().name(), device.why(), device.report());
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("pools");
            for (SceneReport report : reports) {
                for (PoolStatistics pool : report.pools()) {
                    PoolJson.write(json, report.scene().name(), pool);
                }
            }
            json.writeEndArray();
            json.writeNumberField(
                    "mismatchedBytes",
                    reports.stream().mapToLong(SceneReport::mismatchedBytes).sum());
            json.writeEndObject();
        });
    }

    /** The JSON text of a comparison: as of two scenes, with the world of each device beside its scene. */
    static void comparison(JsonGenerator json, IommuComparison comparison) throws IOException {
        json.writeStartObject();
        json.writeStringField("scene", comparison.without().scene().name());
        world(json, "absent", comparison.without());
        world(json, "present", comparison.with());
        json.writeEndObject();
    }

    private static void world(JsonGenerator json, String world, SceneReport report) throws IOException {
        json.writeArrayFieldStart(world);
        for (DrivenDevice device : report.devices()) {
            device(json, report.scene().name(), device.why(), device.report());
        }
        json.writeEndArray();
    }

    /** Comparisons for programs. */
    public static String ofComparisons(List<IommuComparison> comparisons) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("comparisons");
            for (IommuComparison comparison : comparisons) {
                comparison(json, comparison);
            }
            json.writeEndArray();
            json.writeNumberField(
                    "mismatchedBytes",
                    comparisons.stream()
                            .mapToLong(IommuComparison::mismatchedBytes)
                            .sum());
            json.writeEndObject();
        });
    }

    private static void device(JsonGenerator json, String scene, String why, DeviceReport device) throws IOException {
        json.writeStartObject();
        json.writeStringField("scene", scene);
        json.writeStringField("id", device.choice().device());
        json.writeStringField("backend", device.choice().backend());
        json.writeStringField("iommuDomain", device.choice().iommuDomain().text());
        json.writeStringField("why", why);
        if (!device.notDriven().isEmpty()) {
            json.writeStringField("notDriven", device.notDriven());
        }
        json.writeNumberField("maps", device.maps());
        json.writeNumberField("direct", device.direct());
        json.writeNumberField("translated", device.translated());
        counts(json, "bounced", device.bounced());
        json.writeNumberField("bouncedBytes", device.bouncedBytes());
        counts(json, "refused", device.refused());
        json.writeNumberField("foreignMaps", device.foreignMaps());
        json.writeNumberField("foreignMapsPerSecond", device.perSecond(device.foreignMaps()));
        json.writeNumberField("grantCopies", device.grantCopies());
        json.writeNumberField("grantCopiesPerSecond", device.perSecond(device.grantCopies()));
        json.writeNumberField("grantCopiedBytes", device.grantCopiedBytes());
        json.writeNumberField("bouncesPerSecond", device.perSecond(device.bouncedTotal()));
        json.writeNumberField("bytes", device.bytes());
        json.writeNumberField("bytesPerSecond", device.bytesPerSecond());
        json.writeNumberField("nanos", device.nanos());
        json.writeNumberField("poolHighWaterSlots", device.poolHighWaterSlots());
        json.writeNumberField("faults", device.faults());
        json.writeArrayFieldStart("detections");
        for (Detection one : device.detections()) {
            json.writeStartObject();
            json.writeStringField("what", one.what());
            json.writeNumberField("times", one.times());
            json.writeNumberField("missed", one.missed());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("mismatchedBytes", device.mismatchedBytes());
        json.writeEndObject();
    }

    private static void counts(JsonGenerator json, String name, Map<? extends Enum<?>, Long> counts)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<? extends Enum<?>, Long> entry : counts.entrySet()) {
            json.writeNumberField(entry.getKey().name(), entry.getValue());
        }
        json.writeEndObject();
    }
}
