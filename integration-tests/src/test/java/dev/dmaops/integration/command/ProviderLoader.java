package dev.dmaops.integration.command;

import dev.dmaops.spi.DmaBackendProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A class loader under which other backends are there: a jar more, or a jar less. */
final class ProviderLoader extends ClassLoader {
    private static final String SERVICE_FILE = "META-INF/services/" + DmaBackendProvider.class.getName();

    private final URL file;

    private ProviderLoader(Path folder, List<String> types) {
        super(ProviderLoader.class.getClassLoader());
        try {
            file = Files.write(folder.resolve("providers"), types).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The backends that are there, and one more. */
    static ProviderLoader with(Path folder, Class<? extends DmaBackendProvider> more) {
        return new ProviderLoader(
                folder,
                Stream.concat(types(id -> true), Stream.of(more.getName())).toList());
    }

    /** The backends that are there, but one. */
    static ProviderLoader without(Path folder, String missing) {
        return new ProviderLoader(folder, types(id -> !id.equals(missing)).toList());
    }

    /** The backend of that id, as the build has it. */
    static DmaBackendProvider original(String id) {
        return ServiceLoader.load(DmaBackendProvider.class, ProviderLoader.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> types(Predicate<String> wanted) {
        return ServiceLoader.load(DmaBackendProvider.class, ProviderLoader.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> wanted.test(provider.id()))
                .map(provider -> provider.getClass().getName());
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals(SERVICE_FILE) ? Collections.enumeration(List.of(file)) : super.getResources(name);
    }
}
