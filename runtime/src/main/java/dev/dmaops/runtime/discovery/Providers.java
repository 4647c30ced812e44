package dev.dmaops.runtime.discovery;

import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.MachineProvider;
import dev.dmaops.spi.PlatformProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Every provider that is there.
 *
 * @param backends backends, by id
 * @param pools makers of bounce pools
 * @param machines makers of machines, by kind
 * @param platforms rules, by name
 */
public record Providers(
        List<Found<DmaBackendProvider>> backends,
        List<Found<BouncePoolProvider>> pools,
        List<Found<MachineProvider>> machines,
        List<Found<PlatformProvider>> platforms) {
    /** Copies the lists and refuses two of one id. */
    public Providers {
        backends = List.copyOf(backends);
        pools = List.copyOf(pools);
        machines = List.copyOf(machines);
        platforms = List.copyOf(platforms);
        List<ConfigurationProblem> problems = new ArrayList<>();
        refuseDuplicates("backend", backends, problems);
        refuseDuplicates("machine", machines, problems);
        refuseDuplicates("platform", platforms, problems);
        if (pools.size() > 1) {
            problems.add(duplicate("maker of bounce pools", pools.get(0), pools.get(1)));
        }
        if (!problems.isEmpty()) {
            throw new DmaConfigurationException(problems);
        }
    }

    /**
     * Looks with the context class loader of the calling thread.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#DUPLICATE_PROVIDER} when two jars claim one id; names both
     */
    public static Providers load() {
        return new Providers(
                find(ServiceLoader.load(DmaBackendProvider.class), DmaBackendProvider::id),
                find(ServiceLoader.load(BouncePoolProvider.class), BouncePoolProvider::artifact),
                find(ServiceLoader.load(MachineProvider.class), MachineProvider::id),
                find(ServiceLoader.load(PlatformProvider.class), PlatformProvider::id));
    }

    /** The backend of that id. */
    public Optional<Found<DmaBackendProvider>> backend(String id) {
        return backends.stream().filter(found -> found.id().equals(id)).findFirst();
    }

    /** The machine of that kind. */
    public Optional<Found<MachineProvider>> machine(String kind) {
        return machines.stream().filter(found -> found.id().equals(kind)).findFirst();
    }

    /**
     * The maker of bounce pools.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#MISSING_PROVIDER} when there is none; names the artifact to add
     */
    public BouncePoolProvider poolMaker() {
        return pools.stream()
                .findFirst()
                .map(Found::provider)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.MISSING_PROVIDER,
                        "class path",
                        "expected a maker of bounce pools, found none. Add dev.dmaops:dmaops-backend-swiotlb."));
    }

    /** The rules of that architecture. */
    public Optional<Found<PlatformProvider>> platform(Architecture architecture) {
        return platforms.stream()
                .filter(found -> found.provider().architectures().contains(architecture))
                .findFirst();
    }

    private static <P> List<Found<P>> find(ServiceLoader<P> loader, Function<P, String> id) {
        List<Found<P>> found = new ArrayList<>();
        try {
            for (P provider : loader) {
                found.add(new Found<>(id.apply(provider), provider, ProviderOrigin.of(provider.getClass())));
            }
        } catch (ServiceConfigurationError e) {
            throw new DmaConfigurationException(
                    DmaErrorCode.MISSING_PROVIDER,
                    "class path",
                    "cannot load a provider: " + e.getMessage()
                            + ". Remove the jar that names it, or add what it needs.");
        }
        found.sort(Comparator.comparing(Found::id));
        return found;
    }

    private static <P> void refuseDuplicates(String kind, List<Found<P>> found, List<ConfigurationProblem> problems) {
        Map<String, Found<P>> first = new HashMap<>();
        for (Found<P> provider : found) {
            Found<P> before = first.putIfAbsent(provider.id(), provider);
            if (before != null) {
                problems.add(duplicate(kind + " " + provider.id(), before, provider));
            }
        }
    }

    private static ConfigurationProblem duplicate(String what, Found<?> first, Found<?> second) {
        return new ConfigurationProblem(
                DmaErrorCode.DUPLICATE_PROVIDER,
                "class path",
                "expected one " + what + ", found " + first.origin() + " and " + second.origin()
                        + ". Remove one of the two jars.");
    }
}
