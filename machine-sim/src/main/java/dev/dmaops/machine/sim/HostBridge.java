package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;

/** A bus without IOMMU: windows that move addresses by a fixed distance; the first window that contains an address decides. */
record HostBridge(DmaRangeMap windows) implements BusPath {
    @Override
    public long toPhysical(long address, Access access) {
        long physical = windows.toPhysical(address);
        if (physical == DmaRangeMap.UNREACHABLE) {
            return BusPath.fault(Reason.NO_WINDOW);
        }
        return physical < 0 ? BusPath.fault(Reason.NOT_MEMORY) : physical;
    }

    @Override
    public long contiguous(long address, long most) {
        long left = most;
        for (DmaRange range : windows.ranges()) {
            long into = address - range.dmaStart();
            if (Long.compareUnsigned(address, range.dmaStart()) >= 0 && Long.compareUnsigned(into, range.bytes()) < 0) {
                return Math.min(left, range.bytes() - into);
            }
            // An earlier window that begins further up takes over there.
            long until = range.dmaStart() - address;
            if (Long.compareUnsigned(range.dmaStart(), address) > 0 && Long.compareUnsigned(until, left) < 0) {
                left = until;
            }
        }
        return left;
    }
}
