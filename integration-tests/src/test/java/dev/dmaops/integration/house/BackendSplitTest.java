package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.kconfig.BackendGate;
import dev.dmaops.firmware.kconfig.BuiltinConfigs;
import dev.dmaops.firmware.kconfig.DmaClosure;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import dev.dmaops.firmware.kconfig.ResolvedConfig;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.KconfigGate;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The third spelling of the split. {@link ModuleEdgesTest} compares poms and module declarations; here the Kconfig gates of
 * the providers join: one backend depends on another exactly when its symbol selects the other's.
 */
class BackendSplitTest {
    /** The one edge that no select explains: the ops with a pool are the direct ops with a detour. */
    private static final Map<String, Set<String>> WITHOUT_SELECT = Map.of("backend-swiotlb", Set.of("backend-direct"));

    private static final String RULES = "firmware/src/main/resources/dev/dmaops/firmware/kconfig/closure";

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

    @Test
    void gatesAreThoseThatTheKconfigReportUses() {
        ResolvedConfig kernel =
                DmaClosure.resolve(BuiltinConfigs.of(KernelArchitecture.ARM64).orElseThrow());
        Map<String, String> known =
                BackendGate.all(kernel).stream().collect(Collectors.toMap(g -> "backend-" + g.id(), BackendGate::gate));
        gates().forEach((folder, gate) -> assertThat(gate.expression()).isEqualTo(known.get(folder)));
    }

    /** What {@code selects} claims is what the rules of the firmware module say, and they are checked against real kernels. */
    @Test
    void gatesSelectWhatTheKconfigRulesSelect() {
        Map<String, KconfigGate> gates = gates();
        Set<String> symbols = gates.values().stream().map(KconfigGate::symbol).collect(Collectors.toSet());
        gates.forEach((folder, gate) -> {
            Set<String> selected = selectedBy(gate.symbol());
            selected.retainAll(symbols);
            assertThat(selected)
                    .as("what %s selects, for %s", gate.symbol(), folder)
                    .isEqualTo(gate.selects().isEmpty() ? Set.of() : Set.of(gate.selects()));
        });
    }

    /** Symbols that the newest kernel's entry of a symbol selects without a condition. */
    private static Set<String> selectedBy(String symbol) {
        Pattern entry = Pattern.compile("^(?:\\[[^]]*] )?(?:bool|tristate) " + symbol + "$");
        Pattern select = Pattern.compile("^ +(?:\\[[0-9.]+\\.\\.] )?select ([A-Z0-9_]+)(?: +#.*)?$");
        Set<String> selected = new TreeSet<>();
        for (String part : List.of("kernel-dma", "xen", "iommu", "platform")) {
            boolean inside = false;
            for (String line : Repository.read(Repository.ROOT.resolve(RULES).resolve(part + ".rules"))
                    .lines()
                    .toList()) {
                if (!line.isEmpty() && !line.startsWith(" ")) {
                    inside = entry.matcher(line).matches();
                }
                Matcher found = select.matcher(line);
                if (inside && found.matches()) {
                    selected.add(found.group(1));
                }
            }
        }
        return selected;
    }
}
