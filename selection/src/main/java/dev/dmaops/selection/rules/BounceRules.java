package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.BOUNCE;
import static dev.dmaops.selection.DeviceFacts.BUS;
import static dev.dmaops.selection.DeviceFacts.COHERENT;
import static dev.dmaops.selection.DeviceFacts.DEVICE_POOL;
import static dev.dmaops.selection.DeviceFacts.DOMAIN;
import static dev.dmaops.selection.DeviceFacts.PATH;
import static dev.dmaops.selection.DeviceFacts.PROBE_FAILED;
import static dev.dmaops.selection.DeviceFacts.RESTRICTED;
import static dev.dmaops.selection.DeviceFacts.UNTRUSTED;
import static dev.dmaops.selection.SystemFacts.POOL;
import static dev.dmaops.selection.SystemFacts.POOL_FORCED;

import dev.dmaops.api.BounceMode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.DeviceDescription.Bus;

/** When streaming maps bounce, and through which pool. */
public final class BounceRules {
    private static final String IOMMU = "drivers/iommu/dma-iommu.c dev_use_swiotlb";
    private static final String DIRECT = "kernel/dma/direct.h dma_direct_map_page";

    /** Which pool stands behind the device. */
    public static final RuleTable WHICH_POOL = RuleTable.first(
            "Which pool stands behind the device?",
            Rule.named("pool.restricted", "kernel/dma/swiotlb.c rmem_swiotlb_device_init")
                    .when(facts -> facts.is(RESTRICTED))
                    .because("The device is confined to its restricted pool, which takes the place of the default one.")
                    .then(DEVICE_POOL, PoolKind.RESTRICTED, "pool restricted"),
            Rule.named("pool.default", "kernel/dma/swiotlb.c swiotlb_dev_init")
                    .because(facts -> facts.get(POOL) == PoolKind.NONE
                            ? "Every device starts with the default pool, and there is none."
                            : "Every device starts with the default pool.")
                    .then(facts -> {
                        facts.set(DEVICE_POOL, facts.get(POOL));
                        return "pool " + facts.get(POOL).text();
                    }));

    /** When it is used. */
    public static final RuleTable WHEN = RuleTable.first(
            "When do streaming maps bounce?",
            Rule.named("bounce.no-dma", "drivers/base/dd.c")
                    .when(facts -> facts.is(PROBE_FAILED) || facts.get(DOMAIN) == IommuDomainType.REFUSED)
                    .because("No driver gets the device, so nothing is ever mapped.")
                    .then(BOUNCE, BounceMode.NONE, "never"),
            Rule.named("bounce.iommu.untrusted", IOMMU)
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU
                            && facts.is(UNTRUSTED)
                            && facts.get(BUS) == Bus.PCI
                            && facts.get(DEVICE_POOL) != PoolKind.NONE)
                    .because(
                            "The device is not trusted, so parts of pages are bounced: else it would see the rest of the"
                                    + " page.")
                    .then(BOUNCE, BounceMode.POSSIBLE_SUB_GRANULE, "for buffers that do not fill whole pages"),
            Rule.named("bounce.iommu.untrusted-without-pool", IOMMU)
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU && facts.is(UNTRUSTED) && facts.get(BUS) == Bus.PCI)
                    .because(
                            "The device is not trusted, so parts of pages have to be bounced, but there is no pool: such a map"
                                    + " is refused.")
                    .then(BOUNCE, BounceMode.ERROR_IF_NEEDED, "an error where it would be needed"),
            Rule.named("bounce.iommu.kmalloc", IOMMU)
                    .since(6, 5)
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU
                            && kmallocBounces(facts)
                            && facts.get(DEVICE_POOL) != PoolKind.NONE)
                    .because(
                            "The device does not snoop and kmalloc packs small buffers closer than a cache line, so a small"
                                    + " buffer that the device writes is bounced.")
                    .then(BOUNCE, BounceMode.POSSIBLE_SUB_GRANULE, "for small buffers"),
            Rule.named("bounce.iommu.kmalloc-without-pool", IOMMU)
                    .since(6, 5)
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU && kmallocBounces(facts))
                    .because(
                            "The device does not snoop, so a small buffer that it writes would have to be bounced, but there"
                                    + " is no pool: such a map is refused.")
                    .then(BOUNCE, BounceMode.ERROR_IF_NEEDED, "an error where it would be needed"),
            Rule.named("bounce.iommu.never", IOMMU)
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU)
                    .because(
                            "The IOMMU reaches every page, so nothing has to be bounced; a pool that is forced does not"
                                    + " matter here.")
                    .then(BOUNCE, BounceMode.NONE, "never"),
            Rule.named("bounce.ops-never", "include/linux/dma-map-ops.h")
                    .when(facts -> facts.get(PATH) != DmaPath.DIRECT && facts.get(PATH) != DmaPath.XEN)
                    .because(facts -> facts.get(PATH).kernelName() + " know no bounce buffers.")
                    .then(BOUNCE, BounceMode.NONE, "never"),
            Rule.named("bounce.restricted", "kernel/dma/swiotlb.c rmem_swiotlb_device_init")
                    .when(facts -> facts.get(DEVICE_POOL) == PoolKind.RESTRICTED)
                    .because("Everything that the device touches has to be inside its restricted pool.")
                    .then(BOUNCE, BounceMode.FORCED, "always"),
            Rule.named("bounce.forced", "include/linux/swiotlb.h is_swiotlb_force_bounce")
                    .when(facts -> facts.is(POOL_FORCED))
                    .because("The pool is forced for all devices.")
                    .then(BOUNCE, BounceMode.FORCED, "always"),
            Rule.named("bounce.possible", DIRECT)
                    .when(facts -> facts.get(DEVICE_POOL) != PoolKind.NONE)
                    .because("A pool stands ready for buffers that the device cannot reach or must not share.")
                    .then(BOUNCE, BounceMode.POSSIBLE, "when needed"),
            Rule.named("bounce.no-pool", DIRECT)
                    .because("There is no pool: a buffer out of reach cannot be mapped.")
                    .then(BOUNCE, BounceMode.ERROR_IF_NEEDED, "an error where it would be needed"));

    private BounceRules() {}

    private static boolean kmallocBounces(Facts facts) {
        return facts.config("DMA_BOUNCE_UNALIGNED_KMALLOC") && !facts.is(COHERENT);
    }
}
