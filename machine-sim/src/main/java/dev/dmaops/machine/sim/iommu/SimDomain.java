package dev.dmaops.machine.sim.iommu;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.IommuDomain;

/** One address space of the simulated IOMMU. */
public final class SimDomain implements IommuDomain {
    private final String name;
    private final IommuGeometry geometry;
    private final PageTables tables;
    private final Iotlb iotlb;

    SimDomain(String name, IommuGeometry geometry) {
        this.name = name;
        this.geometry = geometry;
        int bits = 64 - Long.numberOfLeadingZeros(geometry.apertureLast());
        tables = new PageTables(geometry.pageSizes(), bits);
        iotlb = new Iotlb(Long.numberOfTrailingZeros(geometry.pageSizes()), tables);
    }

    @Override
    public long pageSizes() {
        return geometry.pageSizes();
    }

    @Override
    public long apertureFirst() {
        return geometry.apertureFirst();
    }

    @Override
    public long apertureLast() {
        return geometry.apertureLast();
    }

    @Override
    public boolean forcesAperture() {
        return geometry.forcesAperture();
    }

    @Override
    public boolean supportsDeferredFlush() {
        return geometry.deferredFlush();
    }

    /**
     * {@inheritDoc}
     *
     * @throws DmaUsageException IOMMU_USAGE when something is no multiple of the smallest page; nothing is mapped then
     */
    @Override
    public boolean map(long iova, long physical, long bytes, int protection) {
        requireAligned("map", iova, physical, bytes);
        return bytes == 0 || (inAperture(iova, bytes) && tables.map(iova, physical, bytes, protection));
    }

    /**
     * {@inheritDoc}
     *
     * @throws DmaUsageException IOMMU_USAGE when something is no multiple of the smallest page; nothing is unmapped then
     */
    @Override
    public long unmap(long iova, long bytes) {
        requireAligned("unmap", iova, 0, bytes);
        return bytes > 0 && inAperture(iova, bytes) ? tables.unmap(iova, bytes) : 0;
    }

    @Override
    public void invalidate(long iova, long bytes) {
        requireAligned("invalidate", iova, 0, bytes);
        iotlb.invalidate(iova, bytes);
    }

    @Override
    public void invalidateAll() {
        iotlb.invalidateAll();
    }

    @Override
    public long translate(long iova) {
        long entry = inAperture(iova, 1) ? tables.find(iova) : 0;
        return entry == 0 ? NOT_MAPPED : physical(entry, iova);
    }

    /** Bytes that the tables map now: 0 when everything was given back. */
    public long mappedBytes() {
        return tables.mappedBytes();
    }

    /** The smallest page, in bytes. */
    public long granule() {
        return geometry.granule();
    }

    /** See {@link IommuPort#access}. */
    long access(long iova, boolean write) {
        long entry = inAperture(iova, 1) ? iotlb.find(iova) : 0;
        if (entry == 0) {
            return IommuPort.NOT_MAPPED;
        }
        int needed = write ? WRITE : geometry.writableIsReadable() ? READ | WRITE : READ;
        if ((entry >>> PageTables.PROTECTION_SHIFT & needed) == 0) {
            return write ? IommuPort.NOT_WRITABLE : IommuPort.NOT_READABLE;
        }
        return physical(entry, iova);
    }

    private long physical(long entry, long iova) {
        return (entry & -granule()) + (iova & granule() - 1);
    }

    private boolean inAperture(long iova, long bytes) {
        long last = iova + bytes - 1;
        return Long.compareUnsigned(iova, geometry.apertureFirst()) >= 0
                && Long.compareUnsigned(last, geometry.apertureLast()) <= 0
                && Long.compareUnsigned(iova, last) <= 0;
    }

    private void requireAligned(String verb, long iova, long physical, long bytes) {
        if (bytes < 0 || ((iova | physical | bytes) & granule() - 1) != 0) {
            throw new DmaUsageException(
                    DmaErrorCode.IOMMU_USAGE,
                    name + ": cannot " + verb + " iova=0x" + Long.toHexString(iova) + " physical=0x"
                            + Long.toHexString(physical) + " bytes=" + bytes
                            + ": expected multiples of the smallest page, "
                            + granule() + " bytes. Round outwards.");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
