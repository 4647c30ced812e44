package dev.dmaops.cli.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.cli.JsonText;
import java.io.IOException;

/** An explanation for programs: every device with its whole chain. */
public final class ExplanationJson {
    private ExplanationJson() {}

    /** The JSON text. */
    public static String of(Explanation explanation) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeStringField(
                    "platform", explanation.system().architecture().value().text());
            json.writeArrayFieldStart("devices");
            for (BackendChoice choice : explanation.choices()) {
                device(json, choice);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** One device as an object. */
    static void device(JsonGenerator json, BackendChoice choice) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", choice.device());
        json.writeStringField("backend", choice.backend());
        json.writeStringField("bounce", choice.bounce().text());
        json.writeStringField("pool", choice.pool().text());
        json.writeStringField("iommuDomain", choice.iommuDomain().text());
        json.writeStringField("setMask", choice.setMask().text());
        json.writeArrayFieldStart("decisions");
        for (Decision decision : choice.decisions()) {
            decision(json, decision);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** One step as an object. */
    public static void decision(JsonGenerator json, Decision decision) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", decision.rule());
        json.writeStringField("because", decision.because());
        json.writeArrayFieldStart("inputs");
        for (DecisionInput input : decision.inputs()) {
            json.writeStartObject();
            json.writeStringField("name", input.name());
            json.writeStringField("value", input.value());
            json.writeStringField("origin", input.origin());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("outcome", decision.outcome());
        json.writeEndObject();
    }
}
