package dev.dmaops.selection;

import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.SystemDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Descriptions of systems that cannot exist. */
final class Contradictions {
    private static final Set<Hardware> PC = Set.of(Hardware.INTEL, Hardware.AMD, Hardware.GART);

    private static final Set<Hardware> EVERYWHERE = Set.of(Hardware.VIRTIO, Hardware.XEN_HIDDEN, Hardware.UNKNOWN);

    private final SystemDescription system;
    private final boolean x86;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    private Contradictions(SystemDescription system) {
        this.system = system;
        x86 = system.architecture().value() == Architecture.X86;
    }

    static void check(SystemDescription system, List<DeviceDescription> devices) {
        Contradictions all = new Contradictions(system);
        all.domain();
        all.encryption();
        all.ram();
        all.devices(devices);
        if (!all.problems.isEmpty()) {
            throw new DmaConfigurationException(all.problems);
        }
    }

    private void domain() {
        Kind kind = system.hypervisor().kind();
        String where = system.hypervisor().origin();
        if (kind != Kind.NATIVE && x86 == (kind == Kind.XEN_ARM)) {
            add(
                    where,
                    "a " + kind.text() + " domain does not exist on " + architecture() + ": expected "
                            + (x86 ? "xen-pv, xen-hvm or xen-pvh" : "xen-arm")
                            + ". Correct the hypervisor or the platform.");
        }
        if (kind == Kind.XEN_PV && x86 && !system.config().enabled("XEN_PV")) {
            add(
                    where,
                    "a kernel without XEN_PV cannot run in a Xen PV domain: CONFIG_XEN_PV is "
                            + system.config().value("XEN_PV") + " in "
                            + system.config().origin("XEN_PV")
                            + ". Use a kernel with XEN_PV, or an HVM or PVH domain.");
        }
    }

    private void encryption() {
        MemoryEncryption encryption = system.encryption().value();
        if (encryption != MemoryEncryption.NONE && x86 == (encryption == MemoryEncryption.CCA)) {
            add(
                    system.encryption().origin(),
                    "memory encryption " + encryption.text() + " does not exist on " + architecture()
                            + ": expected none or " + (x86 ? "sme, sev, tdx" : "cca") + ".");
        }
    }

    private void ram() {
        @Nullable MemoryRange before = null;
        for (MemoryRange range : system.ram()) {
            if (range.bytes() <= 0 || (before != null && Long.compareUnsigned(range.start(), before.last()) <= 0)) {
                add(
                        "memory map",
                        "RAM range " + range
                                + " is empty or not above the one before: expected ranges in ascending order"
                                + " that do not overlap.");
            }
            before = range;
        }
        if (system.cpus().value() < 1) {
            add(system.cpus().origin(), "a system with " + system.cpus().value() + " processors does not exist.");
        }
    }

    private void devices(List<DeviceDescription> devices) {
        Set<String> ids = new HashSet<>();
        for (DeviceDescription device : devices) {
            if (!ids.add(device.id())) {
                add(
                        device.origin(),
                        "two devices are called \"" + device.id() + "\": expected a name of its own for each.");
            }
            device.iommu()
                    .filter(iommu -> !EVERYWHERE.contains(iommu.hardware()) && x86 != PC.contains(iommu.hardware()))
                    .ifPresent(iommu -> add(
                            iommu.origin(),
                            "the IOMMU in front of " + device.id() + " is "
                                    + iommu.hardware().text() + ", which does not exist on " + architecture()
                                    + ". Correct the IOMMU or the platform."));
        }
    }

    private String architecture() {
        return system.architecture().value().text();
    }

    private void add(String where, String what) {
        problems.add(new ConfigurationProblem(DmaErrorCode.CONTRADICTORY_CONFIG, where, what));
    }
}
