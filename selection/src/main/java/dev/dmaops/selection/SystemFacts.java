package dev.dmaops.selection;

import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be known about a booted system. */
public final class SystemFacts {
    /** Instruction set. */
    public static final Fact<Architecture> ARCHITECTURE = Fact.of("architecture", Architecture.X86, Architecture::text);

    /** What kind of domain the kernel runs in. */
    public static final Fact<Hypervisor.Kind> DOMAIN_KIND =
            Fact.of("hypervisor.kind", Hypervisor.Kind.NATIVE, Hypervisor.Kind::text);

    /** Whether it is dom0. */
    public static final Fact<Boolean> INITIAL_DOMAIN = Fact.flag("hypervisor.initial-domain");

    /** XENFEAT_direct_mapped; no when not reported. */
    public static final Fact<Boolean> DIRECT_MAPPED = Fact.flag("hypervisor.direct-mapped");

    /** XENFEAT_not_direct_mapped; no when not reported. */
    public static final Fact<Boolean> NOT_DIRECT_MAPPED = Fact.flag("hypervisor.not-direct-mapped");

    /** Whether a PV guest's memory map looks like a host's. */
    public static final Fact<Boolean> PV_PCI_POSSIBLE = Fact.flag("hypervisor.pv-pci-possible");

    /** Memory encryption. */
    public static final Fact<MemoryEncryption> ENCRYPTION =
            Fact.of("memory.encryption", MemoryEncryption.NONE, MemoryEncryption::text);

    /** RAM, ascending; empty when it is not known. */
    public static final Fact<List<MemoryRange>> RAM = Fact.of("ram", List.of(), List::toString);

    /** First byte of RAM. */
    public static final Fact<Long> RAM_FIRST = Fact.address("ram.first", 0);

    /** Last byte of RAM. */
    public static final Fact<Long> RAM_LAST = Fact.address("ram.last", 0);

    /** RAM in bytes, holes left out. */
    public static final Fact<Long> RAM_BYTES = Fact.count("ram.bytes", 0);

    /** Whether there is RAM above what narrow devices reach, when the description says so. */
    public static final Fact<Saying> RAM_ABOVE_LIMIT_GIVEN = Saying.fact("ram.above-limit");

    /** Highest CPU address that every bus of the firmware description reaches; all ones when it sets none. */
    public static final Fact<Long> FIRMWARE_DMA_LIMIT = Fact.address("firmware.dma-limit", -1L);

    /** Processors there can ever be. */
    public static final Fact<Long> CPUS = Fact.count("cpus", 1);

    /** Page size in bytes. */
    public static final Fact<Long> PAGE_BYTES = Fact.count("page.bytes", 4096);

    /** Policy: leave Xen's ops out for devices behind an IOMMU. */
    public static final Fact<Boolean> SKIP_SWIOTLB_BEHIND_IOMMU = Fact.flag("policy.skip-swiotlb-behind-iommu");

    /** Firmware asks for protection against external ports. */
    public static final Fact<Boolean> DMA_PROTECTION_OPT_IN = Fact.flag("firmware.dma-protection-opt-in");

    /** The kernel was started by Intel TXT. */
    public static final Fact<Boolean> MEASURED_LAUNCH = Fact.flag("firmware.measured-launch");

    /** Whether some device is behind an external port. */
    public static final Fact<Boolean> EXTERNAL_PORT = Fact.flag("devices.external-port");

    /** Kinds of IOMMUs in front of devices. */
    public static final Fact<Set<Hardware>> IOMMUS = Fact.of("devices.iommus", Set.of(), SystemFacts::hardware);

    /** Whether the kernel takes the boot path of a Xen PV domain. */
    public static final Fact<Boolean> PV_BOOT = Fact.flag("x86.boot.xen-pv");

    /** Whether Xen's ops are installed for every device. */
    public static final Fact<Boolean> GLOBAL_XEN_OPS = Fact.flag("x86.xen-ops");

    /** Whether Linux on Arm takes itself for a domain whose guest addresses are machine addresses. */
    public static final Fact<Boolean> XEN_DETECTED = Fact.flag("arm.xen-swiotlb-detect");

    /** Whether the DMA zone exists. */
    public static final Fact<Boolean> ZONE_DMA = Fact.flag("zone.dma");

    /** Last byte of the DMA zone. */
    public static final Fact<Long> ZONE_DMA_LIMIT = Fact.address("zone.dma-limit", 0);

    /** Last byte that the boot pool may have. */
    public static final Fact<Long> LOW_LIMIT = Fact.address("pool.limit", -1L);

    /** Whether boot never comes to the place where the pool is made, so that not even swiotlb=force helps. */
    public static final Fact<Boolean> POOL_PASSED_BY = Fact.flag("pool.passed-by");

    /** Whether somebody wants a bounce pool. */
    public static final Fact<Boolean> POOL_WANTED = Fact.flag("pool.wanted");

    /** Whether the platform, not the user, forces every streaming map through the pool. */
    public static final Fact<Boolean> POOL_FORCE_FLAG = Fact.flag("pool.force-flag");

    /** Whether the pool may lie anywhere. */
    public static final Fact<Boolean> POOL_ANYWHERE = Fact.flag("pool.anywhere");

    /** Whether the pool's memory is exchanged for contiguous machine memory. */
    public static final Fact<Boolean> POOL_REMAP = Fact.flag("pool.xen-remap");

    /** How large the pool is to be, as far as command line and platform have said. */
    public static final Fact<SwiotlbParameters> POOL_SIZING =
            Fact.of("pool.size", SwiotlbParameters.defaults(), SystemFacts::size);

    /** How many slots are asked for when the pool is made. */
    public static final Fact<Long> POOL_SLOTS = Fact.count("pool.slots", 0);

    /** How many areas they are divided into. */
    public static final Fact<Long> POOL_AREAS = Fact.count("pool.areas", 0);

    /** Which pool there is. */
    public static final Fact<PoolKind> POOL = Fact.of("pool", PoolKind.NONE, PoolKind::text);

    /** Whether every streaming map goes through it. */
    public static final Fact<Boolean> POOL_FORCED = Fact.flag("pool.forced");

    /** IOMMUs that a driver of this kernel has taken over. */
    public static final Fact<Set<Hardware>> DRIVEN = Fact.of("iommu.driven", Set.of(), SystemFacts::hardware);

    /** Whether translations are invalidated at once. */
    public static final Fact<Boolean> STRICT = Fact.flag("iommu.strict");

    /** Domain type of devices for which nobody has an opinion. */
    public static final Fact<IommuDomainType> DEFAULT_DOMAIN =
            Fact.of("iommu.default-domain", IommuDomainType.NONE, IommuDomainType::text);

    private SystemFacts() {}

    private static String size(SwiotlbParameters size) {
        return size.slots() + " slots" + (size.areas() == 0 ? "" : ", " + size.areas() + " areas");
    }

    private static String hardware(Set<Hardware> kinds) {
        return kinds.isEmpty()
                ? "none"
                : kinds.stream().map(Hardware::text).sorted().collect(Collectors.joining(", "));
    }
}
