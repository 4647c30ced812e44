package dev.dmaops.firmware.kconfig;

import java.util.List;
import java.util.Optional;

/**
 * Whether a kernel can have a backend.
 *
 * @param id the backend
 * @param gate the Kconfig expression that must not be {@code n}
 * @param possible whether it holds
 * @param shortfall what it lacks; empty if it holds
 */
public record BackendGate(String id, String gate, boolean possible, Optional<Shortfall> shortfall) {
    private static final List<Gate> BUILT_IN = List.of(
            new Gate("direct", "HAS_DMA"),
            new Gate("swiotlb", "HAS_DMA && SWIOTLB"),
            new Gate("swiotlb-xen", "SWIOTLB_XEN && (ARM || ARM64)"),
            new Gate("xen-pv", "SWIOTLB_XEN && XEN_PV"),
            new Gate("iommu", "IOMMU_DMA || ARM_DMA_USE_IOMMU"),
            new Gate("grant-dma", "XEN_VIRTIO"));

    private record Gate(String id, String expression) {}

    /**
     * {@return whether a kernel can have a backend with this gate}
     *
     * @param id the backend
     * @param gate the expression it declares
     * @param config the kernel
     * @throws dev.dmaops.firmware.FirmwareException if the gate is no Kconfig expression
     */
    public static BackendGate of(String id, String gate, ResolvedConfig config) {
        Expr expr = ExprParser.parse("gate of backend " + id, "", gate);
        boolean possible = config.allows(expr);
        return new BackendGate(
                id, gate, possible, possible ? Optional.empty() : Optional.of(Explainer.whyNot(config, expr)));
    }

    /**
     * {@return the verdict on each of the backends that Linux's DMA code corresponds to: direct, swiotlb, swiotlb-xen,
     * xen-pv, iommu, grant-dma}
     *
     * @param config the kernel
     */
    public static List<BackendGate> all(ResolvedConfig config) {
        return BUILT_IN.stream()
                .map(gate -> of(gate.id(), gate.expression(), config))
                .toList();
    }
}
