package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.ForeignCaches;

/** GNTTABOP_cache_flush (xen/common/grant_table.c, 4.17). */
final class XenCacheCalls implements ForeignCaches {
    private final XenHost host;
    private final XenDomain domain;
    private final CacheMaintenance all;

    /**
     * One domain's.
     *
     * @param all maintenance by where bytes lie among those of all domains
     */
    XenCacheCalls(XenHost host, XenDomain domain, CacheMaintenance all) {
        this.host = host;
        this.domain = domain;
        this.all = all;
    }

    @Override
    public int maintain(long frameAddress, int offset, int bytes, int operation) {
        if (offset < 0
                || offset >= BusFrames.BYTES
                || bytes < 0
                || offset + bytes > BusFrames.BYTES
                || (operation & ~(CLEAN | INVALIDATE)) != 0) {
            return XenErrors.EINVAL;
        }
        if (bytes == 0 || operation == 0) {
            return 0;
        }
        synchronized (host) {
            long mfn = frameAddress >>> BusFrames.SHIFT;
            XenDomain owner = host.owner(mfn);
            if (owner == null || (owner != domain && !domain.mayReach(mfn, false))) {
                return XenErrors.EPERM;
            }
            long at = (owner.storeOf(host.home(mfn)) << BusFrames.SHIFT) + offset;
            if ((operation & CLEAN) != 0) {
                all.forDevice(at, bytes, DmaDirection.TO_DEVICE);
            }
            if ((operation & INVALIDATE) != 0) {
                all.forCpu(at, bytes, DmaDirection.FROM_DEVICE);
            }
            return 0;
        }
    }
}
