package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.BEHIND_IOMMU;
import static dev.dmaops.selection.DeviceFacts.DEFERRED_FLUSH;
import static dev.dmaops.selection.DeviceFacts.DOMAIN;
import static dev.dmaops.selection.DeviceFacts.DRIVER_WISHES;
import static dev.dmaops.selection.DeviceFacts.GRANT_DMA;
import static dev.dmaops.selection.DeviceFacts.GROUP_UNTRUSTED;
import static dev.dmaops.selection.DeviceFacts.IOMMU;
import static dev.dmaops.selection.DeviceFacts.OPINION;
import static dev.dmaops.selection.SystemFacts.DEFAULT_DOMAIN;
import static dev.dmaops.selection.SystemFacts.DRIVEN;
import static dev.dmaops.selection.SystemFacts.PV_BOOT;

import dev.dmaops.api.IommuDomainType;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import java.util.Optional;

/** What the IOMMU core decides for a device (iommu_get_default_domain_type). */
public final class IommuDomainRules {
    private static final String CORE = "drivers/iommu/iommu.c iommu_get_default_domain_type";

    /** Whether there is an IOMMU in front of the device that this kernel drives. */
    public static final RuleTable PRESENT = RuleTable.first(
            "Is the device behind an IOMMU?",
            Rule.named("iommu.grant-dma", "drivers/xen/grant-dma-iommu.c")
                    .when(facts -> facts.is(GRANT_DMA))
                    .because(
                            "The IOMMU of the device is Xen's pseudo device for grants, whose driver answers every probe with"
                                    + " ENODEV: the device gets no IOMMU group.")
                    .then("no IOMMU"),
            Rule.named("iommu.absent", "drivers/iommu/iommu.c iommu_probe_device")
                    .when(facts -> facts.get(IOMMU).isEmpty())
                    .because("No IOMMU is described in front of the device.")
                    .then("no IOMMU"),
            Rule.named("iommu.xen-hidden", "xen/arch/arm/domain_build.c write_properties")
                    .when(facts -> facts.get(IOMMU).equals(Optional.of(Hardware.XEN_HIDDEN)))
                    .because("Xen drives the IOMMU itself and hides it from the domain, so Linux sees none.")
                    .then("no IOMMU that Linux sees"),
            Rule.named("iommu.gart", "arch/x86/kernel/amd_gart_64.c")
                    .when(facts -> facts.get(IOMMU).equals(Optional.of(Hardware.GART)))
                    .because("The GART is no IOMMU in the core's sense: it has no groups and no domains.")
                    .then("no IOMMU domain"),
            Rule.named("iommu.xen-pv", "arch/x86/kernel/pci-dma.c pci_iommu_alloc")
                    .when(facts -> facts.is(PV_BOOT))
                    .because("A Xen PV domain never runs the detection of hardware IOMMUs: Xen owns them.")
                    .then("no IOMMU that Linux sees"),
            Rule.named("iommu.not-driven", "drivers/iommu/iommu.c iommu_probe_device")
                    .when(facts -> !drivenByKernel(facts))
                    .because("An IOMMU stands in front of the device, but no driver of this kernel has taken it over.")
                    .then("no IOMMU"),
            Rule.named("iommu.present", "drivers/iommu/iommu.c iommu_probe_device")
                    .when(IommuDomainRules::drivenByKernel)
                    .because("The kernel drives the IOMMU in front of the device.")
                    .then(BEHIND_IOMMU, true, "behind an IOMMU"));

    /** What the IOMMU's driver thinks, folded over the group. */
    public static final RuleTable OPINIONS = RuleTable.first(
                    "Does anybody insist on a domain type?",
                    Rule.named("iommu.opinion.conflict", "drivers/iommu/iommu.c iommu_get_def_domain_type")
                            .when(facts -> identityWished(facts) && wished(facts, DriverWish.DMA))
                            .because(
                                    "The IOMMU driver contradicts itself within the group; the core logs an error and identity"
                                            + " wins.")
                            .then(OPINION, IommuDomainType.IDENTITY, "opinion: identity"),
                    Rule.named("iommu.opinion.identity", "drivers/iommu/iommu.c iommu_get_def_domain_type")
                            .when(facts -> wished(facts, DriverWish.IDENTITY))
                            .because("The IOMMU's driver asks for an identity domain for this device.")
                            .then(OPINION, IommuDomainType.IDENTITY, "opinion: identity"),
                    Rule.named("iommu.opinion.dma", "drivers/iommu/iommu.c iommu_get_def_domain_type")
                            .when(facts -> wished(facts, DriverWish.DMA))
                            .because("The IOMMU's driver asks for translation for this device.")
                            .then(OPINION, IommuDomainType.DMA, "opinion: dma"),
                    Rule.named("iommu.opinion.arm-mapping", CORE)
                            .when(facts -> facts.config("ARM_DMA_USE_IOMMU"))
                            .because(
                                    "32-bit Arm brings its own mapping code and installs its own domain later, so the core"
                                            + " starts with identity.")
                            .then(OPINION, IommuDomainType.IDENTITY, "opinion: identity"))
            .onlyIf(facts -> facts.peek(BEHIND_IOMMU));

    /** The domain. */
    public static final RuleTable TYPE = RuleTable.first(
                    "Which domain does the device get?",
                    Rule.named("iommu.domain.untrusted-first", "drivers/iommu/iommu.c iommu_get_def_domain_type")
                            .until(6, 6)
                            .when(facts -> facts.is(GROUP_UNTRUSTED))
                            .because(
                                    "The device can be plugged in from outside; up to 6.6 the core translates for it strictly"
                                            + " and does not ask the driver.")
                            .then(DOMAIN, IommuDomainType.DMA, "domain dma"),
                    Rule.named("iommu.domain.no-dma-api", CORE)
                            .when(facts -> !facts.config("IOMMU_DMA") && facts.get(OPINION) == IommuDomainType.DMA)
                            .because(
                                    "The driver wants translation, but the kernel is built without IOMMU_DMA and cannot manage"
                                            + " such a domain.")
                            .then(DOMAIN, IommuDomainType.REFUSED, "refused"),
                    Rule.named("iommu.domain.no-dma-api-identity", CORE)
                            .when(facts -> !facts.config("IOMMU_DMA") && facts.get(OPINION) == IommuDomainType.NONE)
                            .because(
                                    "The kernel is built without IOMMU_DMA and cannot manage translations, so addresses pass"
                                            + " unchanged.")
                            .then(DOMAIN, IommuDomainType.IDENTITY, "domain identity"),
                    Rule.named("iommu.domain.untrusted-refused", CORE)
                            .since(6, 7)
                            .when(facts -> facts.is(GROUP_UNTRUSTED) && facts.get(OPINION) == IommuDomainType.IDENTITY)
                            .because(
                                    "The device can be plugged in from outside and its IOMMU driver insists on identity: the"
                                            + " core will not give it all of memory and refuses it.")
                            .then(DOMAIN, IommuDomainType.REFUSED, "refused"),
                    Rule.named("iommu.domain.untrusted", CORE)
                            .since(6, 7)
                            .when(facts -> facts.is(GROUP_UNTRUSTED))
                            .because(
                                    "The device can be plugged in from outside: it is translated, and strictly, because a flush"
                                            + " queue would leave stale addresses usable.")
                            .then(DOMAIN, IommuDomainType.DMA, "domain dma"),
                    Rule.named("iommu.domain.opinion", CORE)
                            .when(facts -> facts.get(OPINION) != IommuDomainType.NONE)
                            .because("The opinion decides; a domain that was asked for is strict if it translates.")
                            .then(facts -> domain(facts, facts.get(OPINION))),
                    Rule.named("iommu.domain.default", CORE)
                            .because("Nobody has an opinion, so the default domain type holds.")
                            .then(facts -> domain(facts, facts.get(DEFAULT_DOMAIN))))
            .onlyIf(facts -> facts.peek(BEHIND_IOMMU));

    /** A flush queue that the driver cannot serve. */
    public static final RuleTable FLUSH_QUEUE = RuleTable.first(
                    "Can the driver put invalidations off?",
                    Rule.named("iommu.domain.no-deferred-flush", "drivers/iommu/dma-iommu.c iommu_dma_init_domain")
                            .when(facts -> facts.get(DOMAIN) == IommuDomainType.DMA_FQ && !facts.is(DEFERRED_FLUSH))
                            .because(
                                    "The IOMMU's driver cannot put invalidations off, so the flush queue is dropped and the"
                                            + " domain becomes strict.")
                            .then(DOMAIN, IommuDomainType.DMA, "domain dma"))
            .onlyIf(facts -> facts.peek(BEHIND_IOMMU));

    private IommuDomainRules() {}

    private static boolean drivenByKernel(Facts facts) {
        return facts.get(IOMMU).filter(facts.get(DRIVEN)::contains).isPresent();
    }

    private static boolean identityWished(Facts facts) {
        return wished(facts, DriverWish.IDENTITY)
                || (wished(facts, DriverWish.DMA) && facts.config("ARM_DMA_USE_IOMMU"));
    }

    private static boolean wished(Facts facts, DriverWish wish) {
        return facts.get(DRIVER_WISHES).contains(wish);
    }

    private static String domain(Facts facts, IommuDomainType type) {
        facts.set(DOMAIN, type);
        return "domain " + type.text();
    }
}
