package dev.dmaops.machine.sim.iommu;

import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuLimits;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What an IOMMU can translate.
 *
 * @param pageSizes page sizes: bit n stands for 2^n bytes
 * @param apertureFirst lowest IOVA
 * @param apertureLast highest IOVA, inclusive, unsigned
 * @param forcesAperture whether IOVAs outside of the aperture must not be used
 * @param deferredFlush whether unmapped addresses may stay in the translation cache for a while
 * @param reserved IOVAs that are spoken for, ascending
 * @param writableIsReadable whether its tables cannot forbid to read what may be written: Arm's (io-pgtable-arm, 6.12)
 */
public record IommuGeometry(
        long pageSizes,
        long apertureFirst,
        long apertureLast,
        boolean forcesAperture,
        boolean deferredFlush,
        List<IommuReservedRegion> reserved,
        boolean writableIsReadable) {
    private static final long BITS_48 = (1L << 48) - 1;
    private static final long BITS_36 = (1L << 36) - 1;
    private static final long BITS_32 = 0xffff_ffffL;
    private static final long SIZE_4K = 1L << 12;
    private static final long SIZE_16K = 1L << 14;
    private static final long SIZES_4K = 1L << 12 | 1L << 21 | 1L << 30;

    /** Copies the list. */
    public IommuGeometry {
        reserved = List.copyOf(reserved);
    }

    /** An IOMMU whose tables tell reading and writing apart. */
    public IommuGeometry(
            long pageSizes,
            long apertureFirst,
            long apertureLast,
            boolean forcesAperture,
            boolean deferredFlush,
            List<IommuReservedRegion> reserved) {
        this(pageSizes, apertureFirst, apertureLast, forcesAperture, deferredFlush, reserved, false);
    }

    /** 4 KiB, 2 MiB and 1 GiB pages, 48 address bits, nothing reserved. */
    public static final IommuGeometry PLAIN = new IommuGeometry(SIZES_4K, 0, BITS_48, true, true, List.of());

    /**
     * What that kind of IOMMU usually is (drivers/iommu, 6.12): 48 bits and 4 KiB, 2 MiB, 1 GiB pages for Intel, any power of
     * two for AMD and virtio, for Arm's the sizes that go with the kernel's pages, and the smallest page alone for the IOMMUs of
     * single makers, most of which have 32 bits.
     *
     * @param pageBytes the kernel's page size
     */
    public static IommuGeometry of(IommuAttachment.Hardware hardware, long pageBytes) {
        return switch (hardware) {
            case INTEL -> new IommuGeometry(SIZES_4K, 0, BITS_48, true, true, List.of(MSI));
            case AMD -> new IommuGeometry(-4096L & ~(1L << 39), 0, BITS_48, true, true, List.of(MSI));
            case VIRTIO -> new IommuGeometry(-4096L, 0, -1L, true, false, List.of(SOFTWARE_MSI));
            case SMMU, ARM_LEGACY, XEN_HIDDEN, GART ->
                new IommuGeometry(armSizes(pageBytes), 0, BITS_48, true, true, List.of(SOFTWARE_MSI), true);
            case RENESAS_IPMMU, MEDIATEK_M4U, TEGRA_SMMU, QCOM_IOMMU, ROCKCHIP, SUN50I, EXYNOS, UNKNOWN ->
                new IommuGeometry(SIZE_4K, 0, BITS_32, true, false, List.of());
            case APPLE_DART -> new IommuGeometry(Math.min(pageBytes, SIZE_16K), 0, BITS_36, true, false, List.of());
        };
    }

    /**
     * What an IOMMU is that somebody described: its kind's usual limits, with what is said in their place, and the windows of
     * the host bridge added.
     *
     * @param pageBytes the kernel's page size
     */
    public static IommuGeometry of(IommuAttachment attachment, long pageBytes) {
        IommuGeometry usual = of(attachment.hardware(), pageBytes);
        IommuLimits said = attachment.limits();
        List<IommuReservedRegion> reserved = new ArrayList<>(said.reserved().orElse(usual.reserved));
        reserved.addAll(said.bridgeWindows());
        reserved.sort(Comparator.comparing(region -> region.range().start(), Long::compareUnsigned));
        return new IommuGeometry(
                said.pageSizes().orElse(usual.pageSizes),
                said.apertureFirst().orElse(usual.apertureFirst),
                said.apertureLast().orElse(usual.apertureLast),
                usual.forcesAperture,
                attachment.deferredFlush(),
                reserved,
                usual.writableIsReadable);
    }

    private static final IommuReservedRegion MSI =
            new IommuReservedRegion(new MemoryRange(0xfee0_0000L, 0x10_0000), Kind.MSI);
    private static final IommuReservedRegion SOFTWARE_MSI =
            new IommuReservedRegion(new MemoryRange(0x800_0000L, 0x10_0000), Kind.SOFTWARE_MSI);

    private static long armSizes(long pageBytes) {
        return switch ((int) pageBytes) {
            case 16384 -> 1L << 14 | 1L << 25;
            case 65536 -> 1L << 16 | 1L << 29;
            default -> SIZES_4K;
        };
    }

    /** The same with other page sizes. */
    public IommuGeometry withPageSizes(long sizes) {
        return new IommuGeometry(
                sizes, apertureFirst, apertureLast, forcesAperture, deferredFlush, reserved, writableIsReadable);
    }

    /** The same with another aperture. */
    public IommuGeometry withAperture(long first, long last) {
        return new IommuGeometry(pageSizes, first, last, forcesAperture, deferredFlush, reserved, writableIsReadable);
    }

    /** The same with other reserved regions. */
    public IommuGeometry withReserved(List<IommuReservedRegion> regions) {
        return new IommuGeometry(
                pageSizes, apertureFirst, apertureLast, forcesAperture, deferredFlush, regions, writableIsReadable);
    }

    /** The smallest page, in bytes. */
    public long granule() {
        return Long.lowestOneBit(pageSizes);
    }
}
