package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.FIRMWARE;
import static dev.dmaops.selection.DeviceFacts.GRANT_DMA;
import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.DeviceFacts.VIRTIO;
import static dev.dmaops.selection.SystemFacts.DOMAIN_KIND;
import static dev.dmaops.selection.SystemFacts.INITIAL_DOMAIN;

import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.Hypervisor.Kind;

/** virtio devices whose memory is handed out by grant (drivers/xen/grant-dma-ops.c). */
public final class GrantDmaRules {
    private static final String SOURCE = "drivers/xen/grant-dma-ops.c xen_virtio_restricted_mem_acc";

    /** Whether a virtio device in a Xen domain gets grant ops. */
    public static final RuleTable GRANTS = RuleTable.first(
                    "Does the virtio device reach memory through grants?",
                    Rule.named("grant-dma.not-built", "drivers/xen/Kconfig")
                            .when(facts -> !facts.config("XEN_VIRTIO") || !ConfigureRules.hasDmaOps(facts))
                            .because(
                                    "The kernel is built without XEN_VIRTIO, so virtio devices are not restricted to grants.")
                            .then("no grants"),
                    Rule.named("grant-dma.not-forced", "arch/x86/xen/enlighten_hvm.c")
                            .when(facts ->
                                    (facts.get(DOMAIN_KIND) == Kind.XEN_HVM || facts.get(DOMAIN_KIND) == Kind.XEN_PVH)
                                            && !facts.config("XEN_VIRTIO_FORCE_GRANT"))
                            .because(
                                    "A fully virtualised x86 domain uses grants for virtio only if the kernel is built with"
                                            + " XEN_VIRTIO_FORCE_GRANT.")
                            .then("no grants"),
                    Rule.named("grant-dma.of", SOURCE)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE && facts.is(GRANT_DMA))
                            .because(
                                    "The device tree points the virtio device at xen,grant-dma: the backend domain sees only"
                                            + " pages that are granted to it.")
                            .then(OPS, DmaPath.GRANT, "grant ops"),
                    Rule.named("grant-dma.of-without", SOURCE)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE)
                            .because("The device tree does not point the virtio device at xen,grant-dma, so it is not"
                                    + " restricted.")
                            .then("no grants"),
                    Rule.named("grant-dma.no-node", SOURCE)
                            .when(facts -> !facts.is(INITIAL_DOMAIN)
                                    && (facts.config("XEN_VIRTIO_FORCE_GRANT")
                                            || facts.get(DOMAIN_KIND) == Kind.XEN_PV))
                            .because(
                                    "No device tree describes the virtio device and the domain is not dom0, so dom0 is taken"
                                            + " for the backend and gets grants.")
                            .then(OPS, DmaPath.GRANT, "grant ops"),
                    Rule.named("grant-dma.no-node-without", SOURCE)
                            .because("Nothing names a backend domain for the virtio device, so it is not restricted.")
                            .then("no grants"))
            .onlyIf(GrantDmaRules::virtioUnderXen);

    private GrantDmaRules() {}

    private static boolean virtioUnderXen(Facts facts) {
        return facts.peek(VIRTIO) && facts.peek(DOMAIN_KIND) != Kind.NATIVE;
    }
}
