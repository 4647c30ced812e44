package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.Refusals;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A domain and the addresses that are free in it: maps a stretch of memory somewhere, and takes it away again
 * (drivers/iommu/dma-iommu.c, 6.12).
 *
 * <p>Devices of one IOMMU group share one. Any thread may call.
 */
final class TranslatedSpace implements FlushQueue.Owner, AutoCloseable {
    private static final long LAST_32 = 0xffff_ffffL;

    private final IommuDomain domain;
    private final IovaAllocator addresses;
    private final @Nullable FlushQueue queue;
    private final Cpus cpus;
    private final LongSupplier clock;
    private final EventSink events;
    private final int shift;

    /**
     * Sets up the domain's addresses.
     *
     * @param lazy whether invalidations are collected in a flush queue
     */
    TranslatedSpace(
            IommuDomain domain,
            List<IommuReservedRegion> reserved,
            boolean lazy,
            long pageBytes,
            Cpus cpus,
            LongSupplier clock,
            EventSink events) {
        this.domain = domain;
        this.cpus = cpus;
        this.clock = clock;
        this.events = events;
        shift = Long.numberOfTrailingZeros(domain.pageSizes());
        if (domain.pageSizes() == 0 || granule() > pageBytes) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    "iommu",
                    "the smallest page of the IOMMU is " + (domain.pageSizes() == 0 ? 0 : granule())
                            + " bytes, larger than the kernel's page of " + pageBytes
                            + " bytes. Give the IOMMU that page size, or the kernel larger pages.");
        }
        long firstFrame = Math.max(1, domain.apertureFirst() >>> shift);
        addresses = new IovaAllocator(firstFrame, 1L << (32 - shift), cpus.possible(), cpus.online());
        queue = lazy && domain.supportsDeferredFlush() ? new FlushQueue(this, cpus.possible()) : null;
        for (IommuReservedRegion region : reserved) {
            if (region.kind() != IommuReservedRegion.Kind.SOFTWARE_MSI) {
                addresses.reserve(
                        region.range().start() >>> shift, region.range().last() >>> shift);
            }
            if (region.kind() == IommuReservedRegion.Kind.DIRECT) {
                domain.map(
                        region.range().start(),
                        region.range().start(),
                        roundUp(region.range().bytes()),
                        IommuDomain.READ | IommuDomain.WRITE);
            }
        }
    }

    /** Smallest page of the IOMMU, in bytes. */
    long granule() {
        return 1L << shift;
    }

    /** The page tables. */
    IommuDomain domain() {
        return domain;
    }

    /** Whether unmapped addresses wait in a flush queue. */
    boolean lazy() {
        return queue != null;
    }

    /**
     * Maps a stretch of memory.
     *
     * @param limit highest address that the device can use
     * @return the address of its first byte, or a refusal
     */
    long map(DmaDeviceState device, long physical, long bytes, int protection, long limit) {
        if (Long.compareUnsigned(device.constraints().minAlignMask(), granule() - 1) > 0) {
            return Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
        }
        long offset = physical & granule() - 1;
        long length = roundUp(bytes + offset);
        long iova = allocate(device, length, limit);
        if (iova == 0) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        if (!domain.map(iova, physical - offset, length, protection)) {
            release(iova, length);
            return Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
        }
        return iova + offset;
    }

    /**
     * Takes addresses without mapping anything yet.
     *
     * @param bytes whole granules
     * @param limit highest address that the device can use
     * @return the first address, or 0
     */
    long allocate(DmaDeviceState device, long bytes, long limit) {
        long last = lower(limit, device.busLimit());
        if (domain.forcesAperture() && Long.compareUnsigned(domain.apertureLast(), last) < 0) {
            last = domain.apertureLast();
        }
        poll();
        int cpu = cpus.current();
        long frames = bytes >>> shift;
        if (Long.compareUnsigned(last, LAST_32) > 0 && device.prefersLowIova()) {
            long frame = addresses.allocate(cpu, frames, LAST_32 >>> shift, false);
            if (frame != IovaTree.NONE) {
                return frame << shift;
            }
            device.prefersLowIova(false);
            events.log(device.id(), "Using " + (64 - Long.numberOfLeadingZeros(last)) + "-bit DMA addresses");
        }
        return addresses.allocate(cpu, frames, last >>> shift, true) << shift;
    }

    /** Gives addresses back that were never mapped. */
    void release(long iova, long bytes) {
        release(cpus.current(), iova >>> shift, bytes >>> shift);
    }

    /**
     * Takes a stretch out of the tables and gives its addresses back, now or after the next invalidation.
     *
     * @throws DmaUsageException MISMATCHED_UNMAP when part of it is not mapped; nothing changes then
     */
    void unmap(String device, long dma, long bytes) {
        long offset = dma & granule() - 1;
        long iova = dma - offset;
        long length = roundUp(bytes + offset);
        if (domain.translate(iova + length - granule()) == IommuDomain.NOT_MAPPED) {
            throw new DmaUsageException(
                    DmaErrorCode.MISMATCHED_UNMAP,
                    device + ": cannot unmap dma=0x" + Long.toHexString(dma) + " bytes=" + bytes
                            + ": the mapping there is shorter. Unmap with the length that was mapped.");
        }
        domain.unmap(iova, length);
        if (queue == null) {
            domain.invalidate(iova, length);
            release(iova, length);
        } else {
            queue.add(cpus.current(), iova >>> shift, length >>> shift, clock.getAsLong());
        }
    }

    /** Acts on the flush queue's timer when it has run out. */
    void poll() {
        if (queue != null) {
            queue.poll(clock.getAsLong());
        }
    }

    /** Trims the address caches as the kernel's timer does. */
    void trim() {
        addresses.trim(clock.getAsLong());
    }

    long roundUp(long bytes) {
        return bytes + granule() - 1 & -granule();
    }

    private static long lower(long a, long b) {
        if (a == 0 || b == 0) {
            return a == 0 ? b : a;
        }
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    @Override
    public void invalidateAll() {
        domain.invalidateAll();
    }

    @Override
    public void release(int cpu, long frame, long frames) {
        addresses.free(cpu, frame, frames);
    }

    /** Invalidates what still waits. */
    @Override
    public void close() {
        if (queue != null) {
            queue.drain();
        }
    }
}
