package dev.dmaops.runtime.discovery;

import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Where a provider comes from.
 *
 * @param type name of its class
 * @param location the jar or folder it was loaded from; {@code built in} when the runtime image holds it
 * @param version version of its module or jar; empty when neither says one
 * @param how {@code module path} or {@code class path}
 */
public record ProviderOrigin(String type, String location, String version, String how) {
    /** The origin of a provider's class. */
    static ProviderOrigin of(Class<?> type) {
        return new ProviderOrigin(
                type.getName(),
                location(type),
                version(type),
                type.getModule().isNamed() ? "module path" : "class path");
    }

    /** The jar's or folder's own name, without the folders above it. */
    public String jar() {
        Path last = Path.of(location).getFileName();
        return last == null ? location : last.toString();
    }

    @Override
    public String toString() {
        return type + " in " + location;
    }

    private static String location(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return "built in";
        }
        try {
            return source.getLocation().getProtocol().equals("file")
                    ? Path.of(source.getLocation().toURI()).toString()
                    : source.getLocation().toString();
        } catch (URISyntaxException e) {
            return source.getLocation().toString();
        }
    }

    private static String version(Class<?> type) {
        return Optional.ofNullable(type.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(type.getPackage()).map(Package::getImplementationVersion))
                .orElse("");
    }
}
