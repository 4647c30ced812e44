package dev.dmaops.selection;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Backends that the configuration insists on, against the kernel's choice, as far as the kernel could have them at all. */
final class ForcedBackends {
    private final SystemDescription system;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    ForcedBackends(SystemDescription system) {
        this.system = system;
    }

    /** The choice as it is, or with the backend that the configuration insists on. */
    BackendChoice apply(DeviceDescription device, BackendChoice choice, Facts facts) {
        Optional<Sourced<String>> forced = device.forcedBackend();
        if (forced.isEmpty() || forced.get().value().equals(choice.backend())) {
            return choice;
        }
        String backend = forced.get().value();
        String where = forced.get().origin();
        Optional<String> missing = BackendGates.missing(backend, system);
        if (missing.isPresent()) {
            problems.add(new ConfigurationProblem(
                    DmaErrorCode.BACKEND_NOT_IN_KERNEL,
                    where,
                    device.id() + " is forced to backend " + backend + ", which this kernel cannot have: "
                            + missing.get()
                            + ". Enable it, or leave the choice to the kernel (backend = auto gives " + choice.backend()
                            + ")."));
            return choice;
        }
        Optional<String> impossible = impossible(backend, facts);
        if (impossible.isPresent()) {
            problems.add(new ConfigurationProblem(
                    DmaErrorCode.CONFIGURATION,
                    where,
                    device.id() + " is forced to backend " + backend + ", which cannot work there: " + impossible.get()
                            + ". Leave the choice to the kernel (backend = auto gives " + choice.backend() + ")."));
            return choice;
        }
        return replaced(device, choice, backend, where);
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new DmaConfigurationException(problems);
        }
    }

    private Optional<String> impossible(String backend, Facts facts) {
        Kind kind = system.hypervisor().kind();
        return switch (backend) {
            case "swiotlb" ->
                facts.peek(DeviceFacts.DEVICE_POOL) == PoolKind.NONE
                        ? Optional.of("the system has no bounce pool; swiotlb=force would make one")
                        : Optional.empty();
            case "swiotlb-xen" ->
                kind == Kind.XEN_ARM ? Optional.empty() : Optional.of("the system is no Xen domain on Arm");
            case "xen-pv" -> kind == Kind.XEN_PV ? Optional.empty() : Optional.of("the system is no Xen PV domain");
            case "iommu" ->
                facts.peek(DeviceFacts.IOMMU).isEmpty()
                        ? Optional.of("no IOMMU is in front of the device")
                        : Optional.empty();
            case "grant-dma" -> kind == Kind.NATIVE ? Optional.of("the system is no Xen domain") : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static BackendChoice replaced(
            DeviceDescription device, BackendChoice choice, String backend, String where) {
        List<Decision> decisions = new ArrayList<>(choice.decisions());
        decisions.add(new Decision(
                "config.forced-backend",
                "The configuration insists on " + backend + " where the kernel would use " + choice.backend() + ".",
                List.of(
                        new DecisionInput("device.backend.forced", backend, where),
                        new DecisionInput("device.backend", choice.backend(), "kernel's choice")),
                backend));
        boolean bounces = backend.equals("swiotlb") || backend.equals("swiotlb-xen") || backend.equals("xen-pv");
        PoolKind pool = backend.equals("direct") ? PoolKind.NONE : choice.pool();
        return new BackendChoice(
                device.id(),
                backend,
                bounce(choice, bounces && pool != PoolKind.NONE, backend),
                pool,
                domain(choice.iommuDomain(), backend),
                choice.setMask(),
                decisions);
    }

    /** The iommu backend needs a domain that translates; for the others a translating IOMMU has to stand aside. */
    private static IommuDomainType domain(IommuDomainType kernels, String backend) {
        if (backend.equals("iommu")) {
            return kernels.translates() ? kernels : IommuDomainType.DMA;
        }
        return kernels.translates() ? IommuDomainType.IDENTITY : kernels;
    }

    private static BounceMode bounce(BackendChoice choice, boolean bounces, String backend) {
        if (bounces) {
            return choice.bounce() == BounceMode.FORCED ? BounceMode.FORCED : BounceMode.POSSIBLE;
        }
        return backend.equals("iommu") || backend.equals("grant-dma") ? BounceMode.NONE : BounceMode.ERROR_IF_NEEDED;
    }
}
