package dev.dmaops.selection;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.FirmwareSwitches;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Turns the description of a system into facts. */
final class SystemFactsLoader {
    private SystemFactsLoader() {}

    static Facts load(SystemDescription system, List<DeviceDescription> devices) {
        Facts facts = new Facts(system.kernel(), system.config());
        facts.give(SystemFacts.ARCHITECTURE, system.architecture());
        facts.give(SystemFacts.ENCRYPTION, system.encryption());
        hypervisor(facts, system.hypervisor());
        ram(facts, system);
        facts.give(
                SystemFacts.CPUS,
                system.cpus().value().longValue(),
                system.cpus().origin());
        facts.give(SystemFacts.PAGE_BYTES, system.pageBytes(), Facts.BY_DEFAULT);
        facts.give(
                SystemFacts.SKIP_SWIOTLB_BEHIND_IOMMU,
                system.policy().value().skipSwiotlbBehindIommu(),
                system.policy().origin());
        switches(facts, system.firmwareSwitches());
        devices(facts, devices);
        CommandLine.read(
                facts,
                system.commandLine().value(),
                system.commandLine().origin(),
                system.architecture().value() == Architecture.X86);
        return facts;
    }

    private static void hypervisor(Facts facts, Hypervisor hypervisor) {
        String origin = hypervisor.origin();
        facts.give(SystemFacts.DOMAIN_KIND, hypervisor.kind(), origin);
        facts.give(SystemFacts.INITIAL_DOMAIN, hypervisor.initialDomain(), origin);
        facts.give(SystemFacts.DIRECT_MAPPED, hypervisor.directMapped().orElse(false), origin);
        facts.give(SystemFacts.NOT_DIRECT_MAPPED, hypervisor.notDirectMapped().orElse(false), origin);
        facts.give(SystemFacts.PV_PCI_POSSIBLE, hypervisor.pvPciPossible(), origin);
    }

    private static void ram(Facts facts, SystemDescription system) {
        List<MemoryRange> ram = system.ram();
        if (!ram.isEmpty()) {
            String origin = "memory map";
            facts.give(SystemFacts.RAM, ram, origin);
            facts.give(SystemFacts.RAM_FIRST, ram.getFirst().start(), origin);
            facts.give(SystemFacts.RAM_LAST, ram.getLast().last(), origin);
            facts.give(
                    SystemFacts.RAM_BYTES,
                    ram.stream().mapToLong(MemoryRange::bytes).sum(),
                    origin);
        }
        system.ramAboveLimit()
                .ifPresent(given -> facts.give(
                        SystemFacts.RAM_ABOVE_LIMIT_GIVEN, new Sourced<>(Saying.of(given.value()), given.origin())));
        system.firmwareDmaLimit().ifPresent(limit -> facts.give(SystemFacts.FIRMWARE_DMA_LIMIT, limit));
    }

    private static void switches(Facts facts, Sourced<FirmwareSwitches> switches) {
        facts.give(SystemFacts.DMA_PROTECTION_OPT_IN, switches.value().dmaProtectionOptIn(), switches.origin());
        facts.give(SystemFacts.MEASURED_LAUNCH, switches.value().measuredLaunch(), switches.origin());
    }

    private static void devices(Facts facts, List<DeviceDescription> devices) {
        Set<Hardware> kinds = EnumSet.noneOf(Hardware.class);
        boolean external = false;
        for (DeviceDescription device : devices) {
            device.iommu().ifPresent(iommu -> kinds.add(iommu.hardware()));
            external |= device.bus() == Bus.PCI && device.untrusted().value();
        }
        facts.give(SystemFacts.IOMMUS, Set.copyOf(kinds), "devices");
        facts.give(SystemFacts.EXTERNAL_PORT, external, "devices");
    }
}
