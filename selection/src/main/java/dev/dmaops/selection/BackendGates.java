package dev.dmaops.selection;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.SystemDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which backends a kernel can have, by its configuration and architecture. */
final class BackendGates {
    /**
     * What a backend needs.
     *
     * @param architectures where it exists
     * @param symbols kernel configuration symbols; all are needed
     * @param orElse symbol that stands in for all of them on 32-bit Arm; empty for none
     */
    private record Gate(List<Architecture> architectures, List<String> symbols, String orElse) {}

    private static final List<Architecture> ARM = List.of(Architecture.ARM, Architecture.ARM64);
    private static final List<Architecture> ALL = List.of(Architecture.values());

    private static final Map<String, Gate> GATES = Map.of(
            "direct", new Gate(ALL, List.of("HAS_DMA"), ""),
            "swiotlb", new Gate(ALL, List.of("HAS_DMA", "SWIOTLB"), ""),
            "swiotlb-xen", new Gate(ARM, List.of("SWIOTLB_XEN"), ""),
            "xen-pv", new Gate(List.of(Architecture.X86), List.of("SWIOTLB_XEN", "XEN_PV"), ""),
            "iommu", new Gate(ALL, List.of("IOMMU_DMA"), "ARM_DMA_USE_IOMMU"),
            "grant-dma", new Gate(ALL, List.of("XEN_VIRTIO"), ""));

    private BackendGates() {}

    /**
     * What a kernel lacks for a backend.
     *
     * @return the missing symbols with their values and where those come from; empty if nothing is missing, or if the backend is
     *     somebody else's, whose gate is not known here
     */
    static Optional<String> missing(String backend, SystemDescription system) {
        Gate gate = GATES.get(backend);
        if (gate == null) {
            return Optional.empty();
        }
        Architecture architecture = system.architecture().value();
        if (!gate.architectures.contains(architecture)) {
            return Optional.of("it does not exist on " + architecture.text());
        }
        KernelConfigView config = system.config();
        if (!gate.orElse.isEmpty() && architecture == Architecture.ARM && config.enabled(gate.orElse)) {
            return Optional.empty();
        }
        List<String> missing = gate.symbols.stream()
                .filter(symbol -> !config.enabled(symbol))
                .map(symbol -> "CONFIG_" + symbol + " is " + config.value(symbol) + " (" + config.origin(symbol) + ")")
                .toList();
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
    }
}
