package dev.dmaops.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dmaops.runtime.discovery.Found;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.KconfigGate;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmaops backends}: what was found, and where. */
@Command(
        name = "backends",
        description =
                "Lists the backends that are here: id, version, jar, which kernels can have them, and how they were"
                        + " found; then the machines, the rules of platforms and the makers of bounce pools.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmaops backends --json"})
@SuppressWarnings("NullAway.Init") // set by picocli
final class BackendsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Providers providers = Providers.load();
        spec.commandLine().getOut().print(json ? json(providers) : text(providers));
        spec.commandLine().getOut().flush();
        return ExitCode.FINE.number();
    }

    private static String text(Providers providers) {
        TextTable backends = new TextTable("", Set.of()).row("BACKEND", "VERSION", "KERNELS", "JAR", "FOUND ON");
        for (Found<DmaBackendProvider> found : providers.backends()) {
            backends.row(
                    found.id(),
                    version(found),
                    found.provider().gate().expression(),
                    found.origin().jar(),
                    found.origin().how());
        }
        TextTable others = new TextTable("", Set.of()).row("OTHER", "VERSION", "KIND", "JAR", "FOUND ON");
        others(others, "machine", providers.machines());
        others(others, "platform", providers.platforms());
        others(others, "bounce pools", providers.pools());
        return backends.text() + "\n" + others.text();
    }

    private static void others(TextTable table, String kind, List<? extends Found<?>> all) {
        for (Found<?> found : all) {
            table.row(
                    found.id(),
                    version(found),
                    kind,
                    found.origin().jar(),
                    found.origin().how());
        }
    }

    private static String version(Found<?> found) {
        return found.origin().version().isEmpty() ? "-" : found.origin().version();
    }

    private static String json(Providers providers) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("backends");
            for (Found<DmaBackendProvider> found : providers.backends()) {
                start(json, found);
                KconfigGate gate = found.provider().gate();
                json.writeStringField("artifact", found.provider().artifact());
                json.writeObjectFieldStart("gate");
                json.writeStringField("symbol", gate.symbol());
                json.writeStringField("expression", gate.expression());
                json.writeStringField("selects", gate.selects());
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            others(json, "machines", providers.machines());
            others(json, "platforms", providers.platforms());
            others(json, "pools", providers.pools());
            json.writeEndObject();
        });
    }

    private static void others(JsonGenerator json, String name, List<? extends Found<?>> all) throws IOException {
        json.writeArrayFieldStart(name);
        for (Found<?> found : all) {
            start(json, found);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void start(JsonGenerator json, Found<?> found) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", found.id());
        json.writeStringField("version", found.origin().version());
        json.writeStringField("jar", found.origin().location());
        json.writeStringField("type", found.origin().type());
        json.writeStringField("how", found.origin().how());
    }
}
