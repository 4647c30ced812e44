package dev.dmaops.testkit.doubles;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.Refusals;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the addresses that the test wrote down, and makes them true: each becomes a translation in the device's IOMMU, so that a
 * simulated device that uses the address reaches the buffer, and one that cuts it off does not.
 *
 * <p>For drivers that must take any address: at the end of the space, above 4 GiB, just below a boundary. A script may also hold
 * refusals. A map beyond the script is a usage error. Coherent memory and registers are those of the operations below.
 */
public final class ScriptedAddresses extends ForwardingOps {
    private final IommuDomain domain;
    private final ArrayDeque<Long> script = new ArrayDeque<>();
    private final Map<Long, Long> live = new HashMap<>();

    /**
     * A device with an empty script.
     *
     * @param ops what else the device can do
     * @param domain the device's IOMMU domain
     */
    public ScriptedAddresses(DmaOps ops, IommuDomain domain) {
        super(ops);
        this.domain = domain;
    }

    /** Appends the address that a map to come returns. Its low bits must be those of the buffer. */
    public synchronized ScriptedAddresses thenAddress(long dma) {
        script.add(dma);
        return this;
    }

    /** Appends a refusal. */
    public synchronized ScriptedAddresses thenRefusal(DmaErrorCode code) {
        script.add(Refusals.of(code));
        return this;
    }

    /** Mappings that were not unmapped. */
    public synchronized int live() {
        return live.size();
    }

    @Override
    public synchronized long map(long physical, long bytes, DmaDirection direction, int attributes) {
        Long dma = script.poll();
        if (dma == null) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "scripted addresses: cannot map bytes=" + bytes
                            + ": the script has no more addresses. Script one for" + " each map.");
        }
        if (Refusals.isRefusal(dma)) {
            return dma;
        }
        long granule = Long.lowestOneBit(domain.pageSizes());
        long offset = physical & (granule - 1);
        long length = (offset + bytes + granule - 1) & -granule;
        int protection =
                (direction.reachesDevice() ? IommuDomain.READ : 0) | (direction.reachesCpu() ? IommuDomain.WRITE : 0);
        if ((dma & (granule - 1)) != offset || !domain.map(dma - offset, physical - offset, length, protection)) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "scripted addresses: dma=0x" + Long.toHexString(dma) + " cannot lead to physical=0x"
                            + Long.toHexString(physical) + " bytes=" + bytes + ": expected the same low bits below "
                            + granule + " and addresses that are free. Script another.");
        }
        live.put(dma, length);
        return dma;
    }

    @Override
    public synchronized void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        Long length = live.remove(dma);
        if (length == null) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    "scripted addresses: nothing is mapped at dma=0x" + Long.toHexString(dma)
                            + ". Unmap what was mapped, once.");
        }
        long start = dma & -Long.lowestOneBit(domain.pageSizes());
        domain.unmap(start, length);
        domain.invalidate(start, length);
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        for (int i = 0; i < list.entries(); i++) {
            long dma = map(list.entryPhysical(i), list.entryBytes(i), direction, attributes);
            if (Refusals.isRefusal(dma)) {
                for (int done = 0; done < i; done++) {
                    unmap(list.recordedAddress(done), list.entryBytes(done), direction, attributes);
                }
                return dma;
            }
            list.recordSegment(i, dma, list.entryBytes(i));
        }
        return list.entries();
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        for (int i = 0; i < list.entries(); i++) {
            unmap(list.recordedAddress(i), list.entryBytes(i), direction, attributes);
        }
    }

    @Override
    public boolean supports(long mask) {
        return true;
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }
}
