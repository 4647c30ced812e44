package dev.dmaops.machine.sim.iommu;

import org.jspecify.annotations.Nullable;

/**
 * Where a device is plugged into the IOMMU. Until its domain is asked for, its accesses pass unchanged; from then on they go
 * through the tables.
 */
public final class IommuPort {
    /** {@link #access}: the tables have no translation. */
    public static final long NOT_MAPPED = -1L;

    /** {@link #access}: the translation does not let the device read. */
    public static final long NOT_READABLE = -2L;

    /** {@link #access}: the translation does not let the device write. */
    public static final long NOT_WRITABLE = -3L;

    private final IommuGeometry geometry;
    private volatile @Nullable SimDomain domain;

    IommuPort(IommuGeometry geometry) {
        this.geometry = geometry;
    }

    /** What the IOMMU in front of the device can translate. */
    public IommuGeometry geometry() {
        return geometry;
    }

    /** The domain that the device is attached to, or null while its accesses pass unchanged. */
    public @Nullable SimDomain domain() {
        return domain;
    }

    /**
     * Where an access of the device goes, by what the IOMMU remembers.
     *
     * @param write whether it writes
     * @return a physical address, or {@link #NOT_MAPPED}, {@link #NOT_READABLE}, {@link #NOT_WRITABLE}
     */
    public long access(long address, boolean write) {
        SimDomain now = domain;
        return now == null ? address : now.access(address, write);
    }

    synchronized SimDomain attach(String name) {
        SimDomain now = domain;
        if (now == null) {
            now = new SimDomain(name, geometry);
            domain = now;
        }
        return now;
    }

    synchronized void share(SimDomain other) {
        domain = other;
    }
}
