package dev.dmaops.cli.scene;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.api.PoolStatistics;
import java.io.IOException;

/** What a bounce pool did, for programs: fields as in {@link PoolStatistics}. */
final class PoolJson {
    private PoolJson() {}

    static void write(JsonGenerator json, String scene, PoolStatistics pool) throws IOException {
        json.writeStartObject();
        json.writeStringField("scene", scene);
        json.writeStringField("name", pool.name());
        json.writeNumberField("slots", pool.slots());
        json.writeNumberField("mappings", pool.mappings());
        json.writeNumberField("refusals", pool.refusals());
        json.writeNumberField("fallThroughs", pool.fallThroughs());
        json.writeNumberField("waits", pool.waits());
        bytes(json, pool.bytesToDevice(), pool.bytesToCpu());
        json.writeArrayFieldStart("areas");
        for (PoolStatistics.Area area : pool.areas()) {
            json.writeStartObject();
            json.writeNumberField("slots", area.slots());
            json.writeNumberField("mappings", area.mappings());
            json.writeNumberField("fallThroughs", area.fallThroughs());
            json.writeNumberField("waits", area.waits());
            bytes(json, area.bytesToDevice(), area.bytesToCpu());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("devices");
        for (PoolStatistics.Device device : pool.devices()) {
            json.writeStartObject();
            json.writeStringField("id", device.id());
            json.writeNumberField("mappings", device.mappings());
            json.writeNumberField("refusals", device.refusals());
            json.writeNumberField("fallThroughs", device.fallThroughs());
            bytes(json, device.bytesToDevice(), device.bytesToCpu());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void bytes(JsonGenerator json, long toDevice, long toCpu) throws IOException {
        json.writeNumberField("bytesToDevice", toDevice);
        json.writeNumberField("bytesToCpu", toCpu);
    }
}
