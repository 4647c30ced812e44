package dev.dmaops.machine.linux;

import com.google.auto.service.AutoService;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineProvider;
import dev.dmaops.spi.MachineRequest;
import java.nio.file.Path;

/** Makes machines of this Linux host: the machine kind {@code linux}. */
@AutoService(MachineProvider.class)
public final class LinuxMachineProvider implements MachineProvider {
    /** For {@link java.util.ServiceLoader}. */
    public LinuxMachineProvider() {}

    @Override
    public String id() {
        return "linux";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-machine-linux";
    }

    @Override
    public Machine create(MachineRequest request) {
        return LinuxMachine.open(request, new HostFiles(Path.of("/")), LinuxOptions.fromProperties());
    }
}
