package dev.dmaops.testkit.doubles;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import org.jspecify.annotations.Nullable;

/**
 * A backend that copies every buffer, into pages of its own for each mapping, and poisons them when the mapping ends.
 *
 * <p>A driver that forgets to unmap or to synchronise, or lets its device work after the unmap, sees wrong bytes at once, on any
 * machine. It validates like a real backend, keeps masks, windows and alignment, and passes the backend contract. Slow, and it
 * allocates on the Java heap.
 */
public final class AlwaysBounce implements DmaBackendProvider {
    /** Longest mapping, in bytes. */
    public static final long MOST_BYTES = 512 * 1024;

    /** What freed copies are filled with. */
    public static final byte POISON = (byte) 0xdb;

    /** A provider. */
    public AlwaysBounce() {}

    @Override
    public String id() {
        return "always-bounce";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-testkit";
    }

    @Override
    public KconfigGate gate() {
        return new KconfigGate("HAS_DMA", "HAS_DMA", "");
    }

    @Override
    public DmaBackend open(BackendContext context) {
        return new DmaBackend() {
            @Override
            public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
                return new AlwaysBounceOps(device, context);
            }

            @Override
            public void close() {
                // Copies belong to mappings, and these were closed before.
            }
        };
    }
}
