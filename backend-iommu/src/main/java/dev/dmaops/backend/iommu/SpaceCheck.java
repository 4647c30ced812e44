package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import java.util.List;

/** What must hold before a domain serves a device (iommu_dma_init_domain, drivers/iommu/dma-iommu.c, 6.12). */
final class SpaceCheck {
    private SpaceCheck() {}

    /**
     * Checks the domain itself.
     *
     * @throws DmaConfigurationException BAD_MACHINE when the granule is larger than a page, or a reserved region is impossible.
     *     Windows of a host bridge and places of interrupts may lie outside of the aperture, as they often do; others may not
     */
    static void check(IommuDomain domain, long pageBytes, List<IommuReservedRegion> reserved) {
        long granule = Long.lowestOneBit(domain.pageSizes());
        if (granule == 0 || Long.compareUnsigned(granule, pageBytes) > 0) {
            throw bad("the smallest page of the IOMMU is " + granule + " bytes, and the kernel's page has " + pageBytes
                    + " bytes: expected at most that, and at least one. Give the IOMMU that page size, or the kernel larger"
                    + " pages.");
        }
        for (IommuReservedRegion region : reserved) {
            long first = region.range().start();
            long last = region.range().last();
            if (region.range().bytes() == 0 || Long.compareUnsigned(last, first) < 0) {
                throw bad(
                        "reserved region " + region.range() + " has "
                                + region.range().bytes()
                                + " bytes and does not fit into the address space. Give it a start and a length of at least 1.");
            }
            boolean wanted = region.kind() == IommuReservedRegion.Kind.DIRECT;
            if ((wanted || region.kind() == IommuReservedRegion.Kind.RESERVED)
                    && (Long.compareUnsigned(first, domain.apertureFirst()) < 0
                            || Long.compareUnsigned(last, domain.apertureLast()) > 0)) {
                throw bad("region " + region.range() + (wanted ? " must be mapped unchanged" : " must stay free")
                        + ", but lies outside of the aperture "
                        + range(domain.apertureFirst(), domain.apertureLast())
                        + ". Widen the aperture, or leave the region out.");
            }
        }
    }

    /**
     * Checks that the device's bus and the domain have addresses in common.
     *
     * @throws DmaConfigurationException BAD_MACHINE when they have none. Linux says "specified DMA range outside IOMMU capability"
     *     and goes on with addresses that the IOMMU refuses
     */
    static void check(IommuDomain domain, DmaDeviceState device) {
        DmaRangeMap map = device.ranges();
        if (map.isIdentity() || map.ranges().isEmpty()) {
            return;
        }
        long lowest = -1L;
        long highest = 0;
        for (DmaRange range : map.ranges()) {
            long last = range.dmaStart() + range.bytes() - 1;
            lowest = Long.compareUnsigned(range.dmaStart(), lowest) < 0 ? range.dmaStart() : lowest;
            highest = Long.compareUnsigned(last, highest) > 0 ? last : highest;
        }
        if (Long.compareUnsigned(lowest, domain.apertureLast()) > 0
                || Long.compareUnsigned(highest, domain.apertureFirst()) < 0) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    device.id(),
                    "specified DMA range outside IOMMU capability: the bus carries " + range(lowest, highest)
                            + ", the IOMMU translates " + range(domain.apertureFirst(), domain.apertureLast())
                            + ". Correct dma-ranges, or choose another backend for the device.");
        }
    }

    private static String range(long first, long last) {
        return "0x" + Long.toHexString(first) + "-0x" + Long.toHexString(last);
    }

    private static DmaConfigurationException bad(String text) {
        return new DmaConfigurationException(DmaErrorCode.BAD_MACHINE, "iommu", text);
    }
}
