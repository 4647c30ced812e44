package dev.dmaops.machine.sim;

import dev.dmaops.machine.sim.SimFault.Access;

/** A bus whose addresses a hypervisor gave: what comes out of it is looked up once more, frame by frame. */
record TranslatedPath(String device, BusPath bus, SimDevices devices) implements BusPath {
    private static final long FRAME = 4096;

    @Override
    public long toPhysical(long address, Access access) {
        long onBus = bus.toPhysical(address, access);
        MachineAddresses machine = devices.machineAddresses();
        return machine == null || BusPath.isFault(onBus) ? onBus : machine.toMemory(device, onBus, access);
    }

    @Override
    public long contiguous(long address, long most) {
        long onBus = bus.contiguous(address, most);
        if (devices.machineAddresses() == null) {
            return onBus;
        }
        long physical = bus.toPhysical(address, Access.READ);
        return BusPath.isFault(physical) ? onBus : Math.min(onBus, FRAME - (physical & (FRAME - 1)));
    }
}
