package dev.dmaops.machine.sim;

import com.google.auto.service.AutoService;
import dev.dmaops.machine.sim.xen.XenMachine;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineProvider;
import dev.dmaops.spi.MachineRequest;

/** Makes simulated machines: the machine kind {@code sim}, and the default. */
@AutoService(MachineProvider.class)
public final class SimMachineProvider implements MachineProvider {
    /** For {@link java.util.ServiceLoader}. */
    public SimMachineProvider() {}

    @Override
    public String id() {
        return "sim";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-machine-sim";
    }

    @Override
    public Machine create(MachineRequest request) {
        return request.hypervisor().isXen() ? XenMachine.open(request) : SimMachine.open(request);
    }
}
