package dev.dmaops.backend.direct;

import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.SystemDescription;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the devices of one platform share when their memory is mapped directly: page pools, messages that appear once, and the facts
 * of the platform that every mapping asks for.
 *
 * <p>Other backends whose coherent memory is the direct one may make their own. Any thread may call.
 */
public final class DirectService implements AutoCloseable {
    private final BackendContext context;
    private final CacheMaintenance caches;
    private final boolean guestEncrypted;
    private final boolean kmallocBounce;
    private final AtomicPools atomicPools;
    private final CoherentRegions regions;
    private final AtomicBoolean mapOverflow = new AtomicBoolean();
    private final AtomicBoolean bounceOverflow = new AtomicBoolean();
    private final AtomicBoolean resourceOverflow = new AtomicBoolean();
    private final AtomicBoolean noCoherent = new AtomicBoolean();

    /** Takes the pages of the atomic pools, where the kernel has such pools. */
    public DirectService(BackendContext context) {
        this.context = context;
        caches = context.caches();
        guestEncrypted = context.hook(SystemDescription.class)
                .map(system -> system.encryption().value())
                .or(() -> context.hook(MemoryEncryption.class))
                .map(MemoryEncryption::guest)
                .orElse(false);
        kmallocBounce = context.config().enabled("DMA_BOUNCE_UNALIGNED_KMALLOC")
                && context.kernel().atLeast(6, 5);
        atomicPools = new AtomicPools(context);
        regions = new CoherentRegions(context);
    }

    BackendContext context() {
        return context;
    }

    CacheMaintenance caches() {
        return caches;
    }

    /** Whether devices must be given memory that the guest has decrypted. */
    boolean guestEncrypted() {
        return guestEncrypted;
    }

    /** Whether small buffers bounce that share a cache line (DMA_BOUNCE_UNALIGNED_KMALLOC). */
    boolean kmallocBounce() {
        return kmallocBounce;
    }

    AtomicPools atomicPools() {
        return atomicPools;
    }

    /** The device's own coherent memory. */
    Optional<CoherentRegion> region(String device) {
        return regions.of(device);
    }

    /** Logs the first streaming map that neither reaches nor bounces. */
    void logMapOverflow(String device, String text) {
        logOnce(mapOverflow, device, text);
    }

    /** Logs the first bounce buffer out of reach. */
    void logBounceOverflow(String device, String text) {
        logOnce(bounceOverflow, device, text);
    }

    /** Logs the first register window out of reach. */
    void logResourceOverflow(String device, String text) {
        logOnce(resourceOverflow, device, text);
    }

    void logNoCoherent(String device) {
        logOnce(noCoherent, device, "coherent DMA allocations not supported on this platform.");
    }

    private void logOnce(AtomicBoolean done, String device, String text) {
        if (done.compareAndSet(false, true)) {
            context.events().log(device, text);
        }
    }

    /** Gives the atomic pools' pages back. */
    @Override
    public void close() {
        atomicPools.close();
    }
}
