package dev.dmaops.cli.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.cli.JsonText;
import dev.dmaops.firmware.kconfig.KconfigChange;
import dev.dmaops.firmware.kconfig.KconfigPatch;
import java.io.IOException;
import java.util.List;

/** What a patch does, for programs: each device with its whole chain before and after. */
public final class PatchJson {
    private PatchJson() {}

    /** About one system. */
    public static String of(PatchExplanation explanation) {
        return JsonText.of(json -> {
            json.writeStartObject();
            patch(json, explanation.patch());
            changes(json, explanation.patch());
            json.writeArrayFieldStart("devices");
            List<BackendChoice> after = explanation.after().choices();
            for (int i = 0; i < after.size(); i++) {
                json.writeStartObject();
                sides(json, explanation.before().choices().get(i), after.get(i));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** About every kind of kernel. */
    public static String of(List<PatchRow> rows) {
        return JsonText.of(json -> {
            json.writeStartObject();
            patch(json, rows.getFirst().explanation().patch());
            json.writeArrayFieldStart("rows");
            for (PatchRow row : rows) {
                json.writeStartObject();
                json.writeStringField("id", row.kind().id());
                json.writeStringField("architecture", row.kind().architecture().id());
                json.writeStringField("inputs", row.kind().inputs());
                json.writeStringField("domain", row.domain());
                json.writeStringField("swiotlbXenBefore", row.kind().before().toString());
                json.writeStringField("swiotlbXenAfter", row.kind().after().toString());
                sides(json, row.before(), row.after());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void patch(JsonGenerator json, KconfigPatch patch) throws IOException {
        json.writeStringField("patch", patch.id());
        json.writeStringField("title", patch.title());
        json.writeStringField("kernelBefore", patch.before().toString());
        json.writeStringField("kernelAfter", patch.after().toString());
    }

    private static void changes(JsonGenerator json, KconfigPatch patch) throws IOException {
        json.writeArrayFieldStart("changes");
        for (KconfigChange change : patch.changes()) {
            json.writeStartObject();
            json.writeStringField("symbol", change.symbol());
            json.writeStringField("before", change.before());
            json.writeStringField("after", change.after());
            json.writeStringField("because", change.because());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void sides(JsonGenerator json, BackendChoice before, BackendChoice after) throws IOException {
        json.writeFieldName("before");
        ExplanationJson.device(json, before);
        json.writeFieldName("after");
        ExplanationJson.device(json, after);
    }
}
