package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.KconfigGate;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The third spelling of the split. {@link ModuleEdgesTest} compares poms and module declarations; here the Kconfig gates of
 * the providers join: one backend depends on another exactly when its symbol selects the other's.
 */
class BackendSplitTest {
    /** The one edge that no select explains: the ops with a pool are the direct ops with a detour. */
    private static final Map<String, Set<String>> WITHOUT_SELECT = Map.of("backend-swiotlb", Set.of("backend-direct"));

    private static Map<String, KconfigGate> gates() {
        return ServiceLoader.load(DmaBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toMap(BackendSplitTest::folder, DmaBackendProvider::gate));
    }

    private static String folder(DmaBackendProvider provider) {
        String prefix = "dev.dmaops:dmaops-";
        assertThat(provider.artifact()).as("artifact of %s", provider.id()).startsWith(prefix);
        return provider.artifact().substring(prefix.length());
    }

    @Test
    void everyBackendModuleHasOneProviderThatNamesItsArtifact() {
        assertThat(gates().keySet()).containsExactlyInAnyOrderElementsOf(ModuleTable.backends());
    }

    @Test
    void backendIsNamedAfterItsModule() {
        for (ServiceLoader.Provider<DmaBackendProvider> found :
                ServiceLoader.load(DmaBackendProvider.class).stream().toList()) {
            DmaBackendProvider provider = found.get();
            assertThat(folder(provider)).isEqualTo("backend-" + provider.id());
        }
    }

    @Test
    void backendDependsOnAnotherExactlyWhenItsSymbolSelectsTheOthers() {
        Map<String, KconfigGate> gates = gates();
        Map<String, Set<String>> selected = new TreeMap<>();
        Map<String, Set<String>> inPoms = new TreeMap<>();
        gates.forEach((folder, gate) -> {
            Set<String> targets = gates.entrySet().stream()
                    .filter(other -> other.getValue().symbol().equals(gate.selects()))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
            targets.addAll(WITHOUT_SELECT.getOrDefault(folder, Set.of()));
            selected.put(folder, targets);
            inPoms.put(
                    folder,
                    PomFile.of(folder).edges("compile", "provided", "runtime").stream()
                            .filter(f -> f.startsWith("backend-"))
                            .collect(Collectors.toCollection(TreeSet::new)));
        });
        assertThat(inPoms).isEqualTo(selected);
    }
}
