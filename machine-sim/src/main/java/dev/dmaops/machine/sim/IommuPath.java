package dev.dmaops.machine.sim;

import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.iommu.IommuPort;

/** A bus behind an IOMMU: tables once the device is attached to a domain, the host bridge's windows until then. */
record IommuPath(IommuPort port, HostBridge bridge) implements BusPath {
    @Override
    public long toPhysical(long address, Access access) {
        if (port.domain() == null) {
            return bridge.toPhysical(address, access);
        }
        long result = port.access(address, access == Access.WRITE);
        if (result == IommuPort.NOT_MAPPED) {
            return BusPath.fault(Reason.IOMMU_NOT_MAPPED);
        }
        if (result == IommuPort.NOT_READABLE) {
            return BusPath.fault(Reason.IOMMU_NOT_READABLE);
        }
        return result == IommuPort.NOT_WRITABLE ? BusPath.fault(Reason.IOMMU_NOT_WRITABLE) : result;
    }

    @Override
    public long contiguous(long address, long most) {
        if (port.domain() == null) {
            return bridge.contiguous(address, most);
        }
        long granule = port.geometry().granule();
        return Math.min(most, granule - (address & granule - 1));
    }
}
