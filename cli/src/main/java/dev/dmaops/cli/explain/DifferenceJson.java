package dev.dmaops.cli.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.cli.JsonText;
import dev.dmaops.cli.explain.Difference.Changed;
import dev.dmaops.cli.explain.Difference.Device;
import dev.dmaops.cli.explain.Difference.Field;
import dev.dmaops.cli.explain.Difference.Steps;
import java.io.IOException;
import java.util.List;

/** A difference for programs. */
public final class DifferenceJson {
    private DifferenceJson() {}

    /** The JSON text. */
    public static String of(Difference difference) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeStringField("a", difference.a().name());
            json.writeStringField("b", difference.b().name());
            json.writeNumberField("compared", difference.compared());
            json.writeObjectFieldStart("system");
            steps(json, difference.system());
            json.writeEndObject();
            json.writeArrayFieldStart("devices");
            for (Device device : difference.devices()) {
                device(json, device);
            }
            json.writeEndArray();
            names(json, "onlyA", difference.onlyA());
            names(json, "onlyB", difference.onlyB());
            json.writeEndObject();
        });
    }

    private static void device(JsonGenerator json, Device device) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", device.id());
        json.writeArrayFieldStart("fields");
        for (Field field : device.fields()) {
            json.writeStartObject();
            json.writeStringField("name", field.name());
            json.writeStringField("a", field.a());
            json.writeStringField("b", field.b());
            json.writeEndObject();
        }
        json.writeEndArray();
        steps(json, device.steps());
        json.writeEndObject();
    }

    private static void steps(JsonGenerator json, Steps steps) throws IOException {
        decisions(json, "decisionsOnlyA", steps.onlyA());
        decisions(json, "decisionsOnlyB", steps.onlyB());
        json.writeArrayFieldStart("inputs");
        for (Changed input : steps.inputs()) {
            json.writeStartObject();
            json.writeStringField("name", input.a().name());
            side(json, "a", input.a());
            side(json, "b", input.b());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void side(JsonGenerator json, String name, DecisionInput input) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("value", input.value());
        json.writeStringField("origin", input.origin());
        json.writeEndObject();
    }

    private static void decisions(JsonGenerator json, String name, List<Decision> decisions) throws IOException {
        json.writeArrayFieldStart(name);
        for (Decision decision : decisions) {
            ExplanationJson.decision(json, decision);
        }
        json.writeEndArray();
    }

    private static void names(JsonGenerator json, String name, List<String> ids) throws IOException {
        json.writeArrayFieldStart(name);
        for (String id : ids) {
            json.writeString(id);
        }
        json.writeEndArray();
    }
}
