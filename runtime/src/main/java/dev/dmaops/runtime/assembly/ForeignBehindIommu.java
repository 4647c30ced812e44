package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.SystemDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Xen domain on Arm that sees an IOMMU: dma-iommu then maps a page of another domain at the number that the guest knows it by, and
 * the device reaches whatever memory has that number (drivers/iommu/dma-iommu.c iommu_dma_map_page, 6.12, which asks no foreign
 * table as drivers/xen/swiotlb-xen.c does).
 */
public final class ForeignBehindIommu {
    /** Name of the warning, and id of the step that is added to the choice. */
    public static final String RULE = "iommu-maps-guest-address";

    private static final String POLICY = "policy.iommu-translates-foreign";

    private ForeignBehindIommu() {}

    /** The plan with a step more for each device that would reach the wrong memory, or that a policy keeps from it. */
    static PlatformPlan explained(PlatformPlan plan, SystemDescription system) {
        Hypervisor below = system.hypervisor();
        if (below.kind() != Kind.XEN_ARM || !below.directMapped().orElse(false)) {
            return plan;
        }
        List<DevicePlan> devices = plan.devices().stream()
                .map(device -> device.choice().backend().equals("iommu") ? explained(device, system) : device)
                .toList();
        return new PlatformPlan(plan.pool(), plan.zoneDmaLimit(), plan.zoneDma32(), devices, plan.decisions());
    }

    private static DevicePlan explained(DevicePlan device, SystemDescription system) {
        BackendChoice choice = device.choice();
        boolean translates = system.policy().value().iommuTranslatesForeign();
        List<Decision> decisions = new ArrayList<>(choice.decisions());
        decisions.add(new Decision(
                translates ? "iommu-translates-foreign" : RULE,
                translates
                        ? "Pages of other domains are translated to their machine addresses before the IOMMU maps them, which"
                                + " Linux does not do."
                        : "Linux maps a page of another domain behind the IOMMU at the address that this domain knows it by: the"
                                + " device reads and writes other memory. Set " + POLICY
                                + " = yes to translate such pages first.",
                List.of(
                        new DecisionInput(
                                "hypervisor", below(system), system.hypervisor().origin()),
                        new DecisionInput(
                                POLICY,
                                translates ? "yes" : "no",
                                system.policy().origin())),
                translates ? "pages of other domains: right memory" : "warning: pages of other domains: wrong memory"));
        BackendChoice explained = new BackendChoice(
                choice.device(),
                choice.backend(),
                choice.bounce(),
                choice.pool(),
                choice.iommuDomain(),
                choice.setMask(),
                decisions);
        return new DevicePlan(device.device(), explained, device.limits(), device.restrictedPool());
    }

    private static String below(SystemDescription system) {
        return system.hypervisor().kind().text() + (system.hypervisor().initialDomain() ? " dom0" : " domU")
                + ", mapped 1:1";
    }

    /** The warning about a device, or empty when there is none. */
    public static Optional<Decision> warning(BackendChoice choice) {
        return choice.decisions().stream()
                .filter(decision -> decision.rule().equals(RULE))
                .findFirst();
    }
}
