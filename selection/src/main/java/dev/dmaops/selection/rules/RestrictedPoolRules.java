package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.BEHIND_IOMMU;
import static dev.dmaops.selection.DeviceFacts.FIRMWARE;
import static dev.dmaops.selection.DeviceFacts.RESTRICTED;
import static dev.dmaops.selection.DeviceFacts.RESTRICTED_REGION;
import static dev.dmaops.selection.DeviceFacts.SET_UP;

import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.DeviceDescription.Firmware;

/** A pool of the device's own (of_dma_set_restricted_buffer). */
public final class RestrictedPoolRules {
    private static final String SOURCE = "drivers/of/device.c of_dma_set_restricted_buffer";

    /** Whether the region that firmware names becomes the device's pool. */
    public static final RuleTable RESTRICTED_POOL = RuleTable.first(
                    "Is the device confined to a pool of its own?",
                    Rule.named("restricted.not-built", SOURCE)
                            .when(facts -> !facts.config("DMA_RESTRICTED_POOL"))
                            .because(
                                    "Firmware names a restricted-dma-pool, but the kernel is built without DMA_RESTRICTED_POOL"
                                            + " and ignores it.")
                            .then("no restricted pool"),
                    Rule.named("restricted.behind-iommu", SOURCE)
                            .when(facts -> facts.is(BEHIND_IOMMU))
                            .because(
                                    "Firmware names a restricted-dma-pool, but the IOMMU confines the device already, so the"
                                            + " pool is not attached.")
                            .then("no restricted pool"),
                    Rule.named("restricted.attached", SOURCE)
                            .because(
                                    "Firmware confines the device to a restricted-dma-pool, and no IOMMU does it instead.")
                            .then(RESTRICTED, true, "restricted pool"))
            .onlyIf(facts -> facts.peek(RESTRICTED_REGION)
                    && facts.peek(SET_UP)
                    && facts.peek(FIRMWARE) == Firmware.DEVICE_TREE);

    private RestrictedPoolRules() {}
}
