package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.ForeignCaches;

/**
 * GNTTABOP_cache_flush where a script says whose pages are where (xen/common/grant_table.c, 4.17).
 *
 * @param frames where bytes of a machine frame are
 * @param all maintenance by the domain's own addresses
 */
record ReplayedCacheCalls(ReplayedFrames frames, CacheMaintenance all) implements ForeignCaches {
    @Override
    public int maintain(long frameAddress, int offset, int bytes, int operation) {
        if (offset < 0 || offset >= BusFrames.BYTES || bytes < 0 || offset + bytes > BusFrames.BYTES) {
            return XenErrors.EINVAL;
        }
        if (bytes == 0) {
            return 0;
        }
        long at = frames.toMemory("cpu", frameAddress + offset, Access.READ);
        if (at < 0) {
            return XenErrors.EPERM;
        }
        if ((operation & CLEAN) != 0) {
            all.forDevice(at, bytes, DmaDirection.TO_DEVICE);
        }
        if ((operation & INVALIDATE) != 0) {
            all.forCpu(at, bytes, DmaDirection.FROM_DEVICE);
        }
        return 0;
    }
}
