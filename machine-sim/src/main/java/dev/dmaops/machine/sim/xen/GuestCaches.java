package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;

/** Cache maintenance by a domain's own addresses: each frame where its bytes are. Frames with nothing behind have no lines. */
final class GuestCaches implements CacheMaintenance {
    private final CacheMaintenance all;
    private final GuestMemory memory;

    GuestCaches(CacheMaintenance all, GuestMemory memory) {
        this.all = all;
        this.memory = memory;
    }

    @Override
    public void forDevice(long physical, long bytes, DmaDirection direction) {
        for (long done = 0, piece; done < bytes; done += piece) {
            piece = inFrame(physical + done, bytes - done);
            if (memory.isRam(physical + done, piece)) {
                all.forDevice(memory.stored(physical + done), piece, direction);
            }
        }
    }

    @Override
    public void forCpu(long physical, long bytes, DmaDirection direction) {
        for (long done = 0, piece; done < bytes; done += piece) {
            piece = inFrame(physical + done, bytes - done);
            if (memory.isRam(physical + done, piece)) {
                all.forCpu(memory.stored(physical + done), piece, direction);
            }
        }
    }

    @Override
    public int lineBytes() {
        return all.lineBytes();
    }

    /** Coherent memory is a domain's own, so it lies side by side. */
    @Override
    public void beginUncached(long physical, long bytes) {
        all.beginUncached(memory.stored(physical), bytes);
    }

    @Override
    public void endUncached(long physical, long bytes) {
        all.endUncached(memory.stored(physical), bytes);
    }

    private static long inFrame(long physical, long left) {
        return Math.min(left, BusFrames.BYTES - (physical & (BusFrames.BYTES - 1)));
    }
}
