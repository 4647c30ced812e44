package dev.dmaops.integration.house;

import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.MachineProvider;
import dev.dmaops.spi.PlatformAssembler;
import dev.dmaops.spi.PlatformProvider;
import java.util.List;
import java.util.ServiceLoader;

/** Prints every provider that this Java process finds, one {@code service class} per line; started by {@link ProvidersTest}. */
final class ListProviders {
    static final List<Class<?>> SERVICES = List.of(
            BouncePoolProvider.class,
            DmaBackendProvider.class,
            MachineProvider.class,
            PlatformAssembler.class,
            PlatformProvider.class);

    private ListProviders() {}

    public static void main(String[] arguments) {
        for (Class<?> service : SERVICES) {
            ServiceLoader.load(service).stream()
                    .map(provider -> service.getSimpleName() + " "
                            + provider.get().getClass().getName())
                    .sorted()
                    .forEach(System.out::println);
        }
    }
}
