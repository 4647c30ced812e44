package dev.dmaops.machine.sim;

import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;

/**
 * Where bytes lie when devices use other addresses than the kernel: a hypervisor's machine addresses. Put in place with {@link
 * SimDevices#translate}; it comes last, after IOMMU and host bridge. Any thread may call.
 */
@FunctionalInterface
public interface MachineAddresses {
    /**
     * The address in {@link SimMemory} of one byte. Bytes of the same 4096-byte frame lie side by side.
     *
     * @param device the device's id
     * @param address what the device's bus made of its address
     * @return the address, or {@link #fault} when nobody answers or may answer there
     */
    long toMemory(String device, long address, Access access);

    /** Why there is no address, as a result of {@link #toMemory}. */
    static long fault(Reason reason) {
        return BusPath.fault(reason);
    }
}
