package dev.dmaops.conformance.machine;

import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The hypervisor below a replayed system: a machine of its own, with answers that the recording gives.
 *
 * @param frames the answers
 * @param foreignPlaces address space where pages of others appear, apart from RAM
 */
public record ReplayedHost(ReplayedFrames frames, List<MemoryRange> foreignPlaces) {
    /** Copies the list. */
    public ReplayedHost {
        foreignPlaces = List.copyOf(foreignPlaces);
    }

    /** The machine that devices and the kernel share: bytes by the kernel's frame numbers. */
    SimMachine machine(MachineRequest request) {
        List<MemoryRange> store = new ArrayList<>(request.ram());
        store.addAll(foreignPlaces);
        store.sort(Comparator.comparingLong(MemoryRange::start));
        SimMachine machine = SimMachine.open(new MachineRequest(
                store,
                request.pageBytes(),
                request.zoneDmaLimit(),
                request.zoneDma32(),
                request.cpus(),
                request.cacheLineBytes(),
                request.devices(),
                request.seed()));
        machine.devices().translate(frames);
        return machine;
    }

    /** The same as the kernel sees it. */
    Machine answering(SimMachine machine) {
        return frames.on(machine);
    }
}
