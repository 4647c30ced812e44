package dev.dmaops.machine.sim.xen;

import dev.dmaops.machine.sim.MachineAddresses;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.Hypervisor.Kind;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the addresses of a domain's devices lead.
 *
 * <p>Without an IOMMU they are machine addresses. Behind Xen's IOMMU they go through the domain's own tables, in which Xen keeps, for
 * a domain that is mapped 1:1, pages of others also at their machine addresses (xen/arch/arm/grant_table.c, 4.17). The tables of a
 * PV domain hold machine addresses: its kernel knows them (xen/drivers/passthrough/x86/iommu.c, 4.17).
 *
 * <p>A real bus without IOMMU reaches all memory; here a device that goes for a frame which its domain neither owns nor maps is
 * stopped, so that a stale address is found and nothing is corrupted.
 */
final class XenBus implements MachineAddresses {
    private final XenHost host;
    private final XenDomain domain;
    private final Predicate<String> behindIommu;

    /**
     * The bus of a domain's devices.
     *
     * @param behindIommu whether Xen's IOMMU is in front of the device of that id
     */
    XenBus(XenHost host, XenDomain domain, Predicate<String> behindIommu) {
        this.host = host;
        this.domain = domain;
        this.behindIommu = behindIommu;
    }

    @Override
    public long toMemory(String device, long address, Access access) {
        long frame = address >>> BusFrames.SHIFT;
        long inFrame = address & (BusFrames.BYTES - 1);
        boolean write = access == Access.WRITE;
        synchronized (host) {
            boolean translated = behindIommu.test(device);
            long mfn = translated && domain.kind() != Kind.XEN_PV ? domain.machineFrame(frame) : frame;
            if (mfn == BusFrames.NO_FRAME) {
                mfn = frame;
                if (!domain.directMapped() || !domain.mayReach(mfn, false)) {
                    return MachineAddresses.fault(Reason.IOMMU_NOT_MAPPED);
                }
            }
            XenDomain owner = host.owner(mfn);
            if (translated && !reaches(owner, mfn)) {
                return MachineAddresses.fault(Reason.IOMMU_NOT_MAPPED);
            }
            if (owner == null) {
                return MachineAddresses.fault(host.isFree(mfn) ? Reason.FRAME_OF_NOBODY : Reason.NOT_MEMORY);
            }
            if (owner != domain && !domain.mayReach(mfn, write)) {
                boolean readable = domain.mayReach(mfn, false);
                return MachineAddresses.fault(
                        !readable
                                ? Reason.FRAME_NOT_GRANTED
                                : translated ? Reason.IOMMU_NOT_WRITABLE : Reason.FRAME_READ_ONLY);
            }
            if (host.home(mfn) == BusFrames.NO_FRAME) {
                // The domain never learned of it, so no bytes of the domain are behind it.
                return MachineAddresses.fault(Reason.FRAME_OF_NOBODY);
            }
            return (owner.storeOf(host.home(mfn)) << BusFrames.SHIFT) | inFrame;
        }
    }

    private boolean reaches(@Nullable XenDomain owner, long mfn) {
        return owner == domain || (owner != null && domain.mayReach(mfn, false));
    }
}
