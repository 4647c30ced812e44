package dev.dmaops.selection;

import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be known about a device. */
public final class DeviceFacts {
    /** Its bus. */
    public static final Fact<DeviceDescription.Bus> BUS =
            Fact.of("device.bus", DeviceDescription.Bus.PLATFORM, DeviceDescription.Bus::text);

    /** What described it. */
    public static final Fact<DeviceDescription.Firmware> FIRMWARE =
            Fact.of("device.firmware", DeviceDescription.Firmware.NONE, DeviceDescription.Firmware::text);

    /** Whether its bus configures its DMA. */
    public static final Fact<Boolean> ON_CONFIGURED_BUS = Fact.flag("device.configured");

    /** Whether ACPI says anything about its coherency. */
    public static final Fact<Boolean> ACPI_CCA = Fact.flag("acpi._CCA");

    /** The windows that firmware gives. */
    public static final Fact<Optional<DmaRangeMap>> FIRMWARE_RANGES = Fact.of(
            "device.dma-ranges",
            Optional.empty(),
            ranges -> ranges.map(DmaRangeMap::toString).orElse("none"));

    /** What firmware says about snooping. */
    public static final Fact<Saying> FIRMWARE_COHERENT = Saying.fact("device.dma-coherent");

    /** The IOMMU in front of it. */
    public static final Fact<Optional<Hardware>> IOMMU = Fact.of(
            "device.iommu", Optional.empty(), iommu -> iommu.map(Hardware::text).orElse("none"));

    /** Domain types that the IOMMU's driver asks for, over all devices of the group. */
    public static final Fact<List<DriverWish>> DRIVER_WISHES = Fact.of(
            "device.iommu.driver-wish",
            List.of(),
            wishes -> wishes.isEmpty()
                    ? "none"
                    : String.join(", ", wishes.stream().map(DeviceFacts::word).toList()));

    /** Whether the IOMMU's driver can put invalidations off. */
    public static final Fact<Boolean> DEFERRED_FLUSH = Fact.flag("device.iommu.deferred-flush");

    /** Whether it is behind an external port. */
    public static final Fact<Boolean> UNTRUSTED = Fact.flag("device.untrusted");

    /** Whether a device of its IOMMU group is behind an external port. */
    public static final Fact<Boolean> GROUP_UNTRUSTED = Fact.flag("device.iommu-group.untrusted");

    /** Whether firmware names a restricted pool for it. */
    public static final Fact<Boolean> RESTRICTED_REGION = Fact.flag("device.restricted-dma-pool");

    /** Whether it is a virtio transport. */
    public static final Fact<Boolean> VIRTIO = Fact.flag("device.virtio");

    /** Whether its IOMMU is Xen's pseudo device for grants. */
    public static final Fact<Boolean> GRANT_DMA = Fact.flag("device.xen-grant-dma");

    /** Highest address that its bus carries, set by hand; 0 for none. */
    public static final Fact<Long> GIVEN_BUS_LIMIT = Fact.limit("device.bus-limit");

    /** Highest address that its driver will ask for; 0 when it asks for nothing. */
    public static final Fact<Long> WANTED_MASK = Fact.limit("device.mask");

    /** Highest address that its driver will ask for coherent memory; 0 when it asks for nothing. */
    public static final Fact<Long> WANTED_COHERENT_MASK = Fact.limit("device.coherent-mask");

    /** Whether the bus has handed the device to the architecture's set-up. */
    public static final Fact<Boolean> SET_UP = Fact.flag("device.set-up");

    /** Highest address for streaming maps, as the bus left it. */
    public static final Fact<Long> MASK = Fact.address("device.bus-mask", 0xffff_ffffL);

    /** Highest address for coherent memory, as the bus left it. */
    public static final Fact<Long> COHERENT_MASK = Fact.address("device.bus-coherent-mask", 0xffff_ffffL);

    /** Highest address that the bus carries; 0 for no limit. */
    public static final Fact<Long> BUS_LIMIT = Fact.limit("device.bus-dma-limit");

    /** How the bus translates. */
    public static final Fact<DmaRangeMap> RANGES =
            Fact.of("device.dma-range-map", DmaRangeMap.IDENTITY, DmaRangeMap::toString);

    /** Whether it snoops caches. */
    public static final Fact<Boolean> COHERENT = Fact.flag("device.coherent");

    /** Whether its bus refused to configure it. */
    public static final Fact<Boolean> PROBE_FAILED = Fact.flag("device.probe-failed");

    /** Whether this kernel drives the IOMMU in front of it. */
    public static final Fact<Boolean> BEHIND_IOMMU = Fact.flag("device.behind-iommu");

    /** What the core thinks before it asks about trust. */
    public static final Fact<IommuDomainType> OPINION =
            Fact.of("device.iommu.opinion", IommuDomainType.NONE, IommuDomainType::text);

    /** Its IOMMU domain. */
    public static final Fact<IommuDomainType> DOMAIN =
            Fact.of("device.iommu-domain", IommuDomainType.NONE, IommuDomainType::text);

    /** Whether it has its own restricted pool. */
    public static final Fact<Boolean> RESTRICTED = Fact.flag("device.restricted");

    /** Whether dev-&gt;dma_iommu is set (6.12 and later). */
    public static final Fact<Boolean> IOMMU_FLAG = Fact.flag("device.dma_iommu");

    /** What dev-&gt;dma_ops or the architecture's ops point to. */
    public static final Fact<DmaPath> OPS =
            Fact.of("device.dma_ops", DmaPath.DIRECT, path -> path == DmaPath.DIRECT ? "none" : path.kernelName());

    /** Who answers its DMA calls. */
    public static final Fact<DmaPath> PATH = Fact.of("device.path", DmaPath.DIRECT, DmaPath::kernelName);

    /** When streaming maps bounce. */
    public static final Fact<BounceMode> BOUNCE = Fact.of("device.bounce", BounceMode.NONE, BounceMode::text);

    /** The pool behind it. */
    public static final Fact<PoolKind> DEVICE_POOL = Fact.of("device.pool", PoolKind.NONE, PoolKind::text);

    /** What its driver hears. */
    public static final Fact<SetMaskOutcome> SET_MASK =
            Fact.of("device.set-mask", SetMaskOutcome.OK, SetMaskOutcome::text);

    /** The backend. */
    public static final Fact<String> BACKEND = Fact.of("device.backend", "none", name -> name);

    private DeviceFacts() {}

    private static String word(DriverWish wish) {
        return wish.name().toLowerCase(Locale.ROOT);
    }
}
