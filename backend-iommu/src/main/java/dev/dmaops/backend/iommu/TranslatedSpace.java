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
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final @Nullable ForeignFrames foreign;
    private final MappedLengths lengths = new MappedLengths();
    private final AtomicBoolean saidAlignment = new AtomicBoolean();

    /**
     * Sets up the domain's addresses.
     *
     * @param reserved addresses that are not handed out; those to be mapped unchanged are mapped
     * @param lazy whether invalidations are collected in a flush queue
     * @param foreign how pages of other domains are found, or null
     * @throws DmaConfigurationException BAD_MACHINE when the domain cannot serve this kernel; nothing is mapped then
     */
    TranslatedSpace(
            IommuDomain domain,
            List<IommuReservedRegion> reserved,
            boolean lazy,
            long pageBytes,
            Cpus cpus,
            LongSupplier clock,
            EventSink events,
            @Nullable ForeignFrames foreign) {
        this.domain = domain;
        this.foreign = foreign;
        this.cpus = cpus;
        this.clock = clock;
        this.events = events;
        shift = Long.numberOfTrailingZeros(domain.pageSizes());
        SpaceCheck.check(domain, pageBytes, reserved);
        long firstFrame = Math.max(1, domain.apertureFirst() >>> shift);
        addresses = new IovaAllocator(firstFrame, 1L << (32 - shift), cpus.possible(), cpus.online());
        queue = lazy && domain.supportsDeferredFlush() ? new FlushQueue(this, cpus.possible()) : null;
        for (IommuReservedRegion region : reserved) {
            if (region.kind() != IommuReservedRegion.Kind.SOFTWARE_MSI) {
                addresses.reserve(
                        region.range().start() >>> shift, region.range().last() >>> shift);
            }
        }
        mapUnchanged(reserved);
    }

    /**
     * Maps what firmware wants at the same addresses, as far as it is not mapped yet: also for a device that joins later.
     *
     * @throws DmaConfigurationException BAD_MACHINE when such an address leads elsewhere already
     */
    void mapUnchanged(List<IommuReservedRegion> regions) {
        for (IommuReservedRegion region : regions) {
            if (region.kind() != IommuReservedRegion.Kind.DIRECT) {
                continue;
            }
            long start = roundUp(region.range().start());
            long end = roundUp(region.range().start() + region.range().bytes());
            if (domain.map(start, start, end - start, IommuDomain.READ | IommuDomain.WRITE)) {
                continue;
            }
            for (long at = start; at != end; at += granule()) {
                long there = domain.translate(at);
                if (there == IommuDomain.NOT_MAPPED
                        ? !domain.map(at, at, granule(), IommuDomain.READ | IommuDomain.WRITE)
                        : there != at) {
                    throw new DmaConfigurationException(
                            DmaErrorCode.BAD_MACHINE,
                            "iommu",
                            "region " + region.range() + " must be mapped unchanged, but 0x" + Long.toHexString(at)
                                    + " cannot be: another mapping is there. Open the device with that region before"
                                    + " others of its group map.");
                }
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
     * @param bytes length, at least 1
     * @param limit highest address that the device can use
     * @return the address of its first byte, or a refusal
     */
    long map(DmaDeviceState device, long physical, long bytes, int protection, long limit) {
        if (Long.compareUnsigned(device.constraints().minAlignMask(), granule() - 1) > 0) {
            logUnsupportedAlignment(device);
            return Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
        }
        long offset = physical & granule() - 1;
        if (bytes > MappedLengths.LONGEST) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        long length = roundUp(bytes + offset);
        long iova = allocate(device, length, limit);
        if (iova == 0) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        if (!fill(iova, physical - offset, length, protection)) {
            release(iova, length);
            return Refusals.of(domain.refusal());
        }
        remember(iova, bytes, offset);
        return iova + offset;
    }

    /**
     * Puts memory into the tables.
     *
     * @param physical first byte as the kernel numbers it, on a granule
     * @return false when part of it cannot be; nothing is mapped then
     */
    boolean fill(long iova, long physical, long bytes, int protection) {
        return (foreign == null || (protection & IommuDomain.MMIO) != 0)
                ? domain.map(iova, physical, bytes, protection)
                : foreign.map(domain, granule(), iova, physical, bytes, protection);
    }

    /** How pages of other domains are found, or null when they are taken for the kernel's own, as Linux does. */
    @Nullable
    ForeignFrames foreign() {
        return foreign;
    }

    /** Remembers a mapping that the caller put into the tables, so that {@link #claim} finds it. */
    void remember(long iova, long bytes, long offset) {
        lengths.put(iova >>> shift, MappedLengths.value(bytes, offset));
    }

    /** Remembers that addresses are taken without a mapping, so that {@link #giveBack} finds them. */
    void rememberReserved(long iova, long bytes) {
        lengths.put(iova >>> shift, MappedLengths.value(bytes, MappedLengths.RESERVED));
    }

    /**
     * Gives addresses back that {@link #rememberReserved} knows.
     *
     * @throws DmaUsageException IOMMU_USAGE when they are not reserved, or not as this long a stretch; nothing changes then
     */
    void giveBack(String device, long iova, long bytes) {
        if (bytes <= 0
                || bytes > MappedLengths.LONGEST
                || (iova & granule() - 1) != 0
                || !lengths.take(iova >>> shift, MappedLengths.value(bytes, MappedLengths.RESERVED))) {
            throw notReservedLikeThis(device, iova, bytes);
        }
        release(iova, bytes);
    }

    private DmaUsageException notReservedLikeThis(String device, long iova, long bytes) {
        long value = mappedAt(iova);
        String why = value == MappedLengths.NONE
                ? "no stretch is reserved there. Pass the address that reserve returned, once."
                : MappedLengths.isReserved(value)
                        ? "the stretch there has bytes=" + MappedLengths.bytes(value) + ". Release it whole."
                        : "a mapping is there and no stretch. Unmap it.";
        return new DmaUsageException(
                DmaErrorCode.IOMMU_USAGE,
                device + ": cannot release dma=0x" + Long.toHexString(iova) + " bytes=" + bytes + ": " + why);
    }

    /** What is mapped from the granule of this address on: bytes and offset as {@link MappedLengths} has them. */
    long mappedAt(long iova) {
        return lengths.at(iova >>> shift);
    }

    private void logUnsupportedAlignment(DmaDeviceState device) {
        if (saidAlignment.compareAndSet(false, true)) {
            events.log(device.id(), "Unsupported alignment constraint");
        }
    }

    /**
     * Takes addresses without mapping anything yet.
     *
     * @param bytes whole granules
     * @param limit highest address that the device can use
     * @return the first address, or 0
     */
    long allocate(DmaDeviceState device, long bytes, long limit) {
        long last = inAperture(lower(limit, device.busLimit()));
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
        return addresses.allocate(cpu, frames, last >>> shift, device.reclaimsIova()) << shift;
    }

    /**
     * Takes addresses at or below a limit that is nobody's mask.
     *
     * @param bytes whole granules
     * @param emptyCaches whether the address caches are emptied before giving up
     * @return the first address, or 0
     */
    long allocate(long bytes, long limit, boolean emptyCaches) {
        poll();
        return addresses.allocate(cpus.current(), bytes >>> shift, inAperture(limit) >>> shift, emptyCaches) << shift;
    }

    private long inAperture(long last) {
        return domain.forcesAperture() && Long.compareUnsigned(domain.apertureLast(), last) < 0
                ? domain.apertureLast()
                : last;
    }

    /** Gives addresses back that were never mapped. */
    void release(long iova, long bytes) {
        release(cpus.current(), iova >>> shift, bytes >>> shift);
    }

    /**
     * Makes sure that exactly this was mapped, and that nobody else unmaps it.
     *
     * @throws DmaUsageException NOT_MAPPED or MISMATCHED_UNMAP; nothing changes then
     */
    void claim(String device, long dma, long bytes) {
        long offset = dma & granule() - 1;
        if (bytes <= 0
                || bytes > MappedLengths.LONGEST
                || !lengths.take(dma >>> shift, MappedLengths.value(bytes, offset))) {
            throw notMappedLikeThis(device, dma, bytes);
        }
    }

    private DmaUsageException notMappedLikeThis(String device, long dma, long bytes) {
        long value = mappedAt(dma);
        String what = device + ": cannot unmap dma=0x" + Long.toHexString(dma) + " bytes=" + bytes + ": ";
        if (MappedLengths.isReserved(value)) {
            return new DmaUsageException(
                    DmaErrorCode.MISMATCHED_UNMAP,
                    what + "a stretch of bytes=" + MappedLengths.bytes(value)
                            + " is reserved there. Unlink its pieces and give it back whole.");
        }
        if (value != MappedLengths.NONE) {
            long start = (dma & -granule()) + MappedLengths.offset(value);
            return new DmaUsageException(
                    DmaErrorCode.MISMATCHED_UNMAP,
                    what + "the mapping there is dma=0x" + Long.toHexString(start) + " bytes="
                            + MappedLengths.bytes(value) + ". Unmap with the address and length that were mapped.");
        }
        return domain.translate(dma) == IommuDomain.NOT_MAPPED
                ? new DmaUsageException(
                        DmaErrorCode.NOT_MAPPED,
                        what + "no mapping is there. Pass the address that map returned, once.")
                : new DmaUsageException(
                        DmaErrorCode.MISMATCHED_UNMAP,
                        what + "the address lies inside of a mapping that begins elsewhere. Unmap whole mappings.");
    }

    /**
     * Takes a stretch that was claimed out of the tables and gives its addresses back, now or after the next invalidation.
     */
    void remove(long dma, long bytes) {
        long offset = dma & granule() - 1;
        long iova = dma - offset;
        long length = roundUp(bytes + offset);
        domain.unmap(iova, length);
        if (queue == null) {
            domain.invalidate(iova, length);
            release(iova, length);
        } else {
            queue.add(cpus.current(), iova >>> shift, length >>> shift, clock);
        }
    }

    /** {@link #claim} and {@link #remove}. */
    void unmap(String device, long dma, long bytes) {
        claim(device, dma, bytes);
        remove(dma, bytes);
    }

    /** Acts on the timers that have run out: the flush queue's, and those of the address caches. */
    private void poll() {
        boolean flushes = queue != null && queue.armed();
        boolean trims = addresses.trimPending();
        if (!flushes && !trims) {
            return;
        }
        long now = clock.getAsLong();
        if (queue != null && flushes) {
            queue.poll(now);
        }
        if (trims && addresses.trimDue(now)) {
            addresses.trim(now);
        }
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
