package dev.dmaops.platform.x86;

import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.SystemFacts.DRIVEN;
import static dev.dmaops.selection.SystemFacts.GLOBAL_XEN_OPS;

import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.IommuAttachment.Hardware;

/** Ops that a PC installs for all devices (arch/x86/include/asm/dma-mapping.h get_arch_dma_ops). */
final class OpsRules {
    private static final String SOURCE = "arch/x86/include/asm/dma-mapping.h get_arch_dma_ops";

    /** The global ops. */
    static final RuleTable GLOBAL = RuleTable.first(
                    "Are ops installed for all devices?",
                    Rule.named("x86.ops.xen", SOURCE)
                            .when(facts -> facts.is(GLOBAL_XEN_OPS))
                            .because("The PV domain has Xen's ops for all devices.")
                            .then(OPS, DmaPath.XEN, "xen_swiotlb_dma_ops"),
                    Rule.named("x86.ops.gart", SOURCE)
                            .when(facts -> facts.get(DRIVEN).contains(Hardware.GART))
                            .because("The kernel remaps through the GART for all devices.")
                            .then(OPS, DmaPath.GART, "gart_dma_ops"))
            .onlyIf(facts -> facts.peek(GLOBAL_XEN_OPS) || facts.peek(DRIVEN).contains(Hardware.GART));

    private OpsRules() {}
}
