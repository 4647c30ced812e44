package dev.dmaops.cli.workload;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMappingException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.machine.sim.xen.XenMachine;
import dev.dmaops.runtime.assembly.OpenPools;
import dev.dmaops.runtime.configuration.Workload;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Drives the devices of a platform on a simulated machine, one after the other.
 *
 * <p>A device that cannot be opened, that can do no DMA, whose mask is refused, or that gets no memory for its driver, is not driven:
 * its driver would not start.
 */
public final class PlatformWorkload {
    private static final int ROUND = 50;

    private final DmaPlatform platform;
    private final WorkloadSettings settings;
    private final Consumer<String> progress;
    private final Machine machine;
    private final SimDevices hardware;

    /**
     * Prepares.
     *
     * @param progress hears the id of a device whenever some of its operations are done
     * @throws DmaConfigurationException when the platform's machine is not a simulated one
     */
    public PlatformWorkload(DmaPlatform platform, WorkloadSettings settings, Consumer<String> progress) {
        this.platform = platform;
        this.settings = settings;
        this.progress = progress;
        machine = platform.part(Machine.class).orElseThrow();
        hardware = platform.part(SimDevices.class)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.BAD_MACHINE,
                        "machine.kind",
                        "devices can be driven on a simulated machine only: expected sim. Set machine.kind = sim."));
    }

    /**
     * Drives the devices whose id is wanted.
     *
     * @return a report for each wanted device, in the order of the platform, also for those that were not driven
     * @throws DmaConfigurationException BAD_MACHINE when the machine has no memory for what the workload needs
     */
    public List<DeviceReport> run(Predicate<String> wanted) {
        List<DmaDevice> driven = platform.devices().stream()
                .filter(device -> wanted.test(device.id()) && canRun(device.choice()))
                .toList();
        Map<String, DeviceWorkload> workloads = new LinkedHashMap<>();
        Map<String, String> notDriven = new HashMap<>();
        try (OperationsMaker maker = maker(driven)) {
            try {
                for (DmaDevice device : driven) {
                    try {
                        workloads.put(
                                device.id(),
                                new DeviceWorkload(device, hardware, maker, pool(device.choice()), settings.seed()));
                    } catch (DmaMappingException noMemory) {
                        notDriven.put(device.id(), noMemory.refused().message());
                    }
                }
                drive(List.copyOf(workloads.values()), List.copyOf(workloads.keySet()));
                return reports(wanted, workloads, notDriven);
            } finally {
                workloads.values().forEach(DeviceWorkload::close);
            }
        }
    }

    private OperationsMaker maker(List<DmaDevice> driven) {
        Sourced<Workload> workload = platform.part(PlatformDescription.class)
                .map(description -> description.configuration().workload())
                .orElse(Sourced.byDefault(Workload.MIXED));
        return switch (workload.value()) {
            case MIXED -> MixedOperations.maker(platform, machine);
            case BLOCK_BACKEND -> BlockBackend.maker(new GuestPages(xen(), workload));
            case NETWORK_BACKEND -> NetworkBackend.maker(new GuestPages(xen(), workload));
            case GRANT_LOSS -> GrantLoss.maker(new GuestPages(xen(), workload), platform::pools);
            case EXCHANGE_EXHAUSTION -> ExchangeExhaustion.maker(xen(), driven);
        };
    }

    private XenMachine xen() {
        return platform.part(XenMachine.class).orElseThrow();
    }

    private List<DeviceReport> reports(
            Predicate<String> wanted, Map<String, DeviceWorkload> workloads, Map<String, String> notDriven) {
        List<DeviceReport> reports = new ArrayList<>();
        for (BackendChoice choice : platform.choices()) {
            DeviceWorkload workload = workloads.get(choice.device());
            if (workload != null) {
                reports.add(workload.finish());
            } else if (wanted.test(choice.device())) {
                DeviceTally tally = new DeviceTally();
                tally.notDriven = notDriven.getOrDefault(choice.device(), choice.device() + ": " + obstacle(choice));
                reports.add(DeviceReport.of(choice, tally));
            }
        }
        return reports;
    }

    private void drive(List<DeviceWorkload> workloads, List<String> ids) {
        long end = System.nanoTime() + (long) (settings.seconds() * 1e9);
        boolean timed = settings.seconds() > 0;
        for (int done = 0; timed ? System.nanoTime() < end : done < settings.operations(); done += ROUND) {
            for (int i = 0; i < workloads.size(); i++) {
                workloads.get(i).drive(timed ? ROUND : Math.min(ROUND, settings.operations() - done));
                progress.accept(ids.get(i));
            }
        }
    }

    private Optional<BouncePool> pool(BackendChoice choice) {
        return platform.part(OpenPools.class).flatMap(pools -> pools.of(choice));
    }

    private static String obstacle(BackendChoice choice) {
        return choice.setMask() == SetMaskOutcome.OK
                ? "no backend serves it. dmaops explain says why."
                : "its driver's DMA mask is refused (EIO). dmaops explain says why.";
    }

    private static boolean canRun(BackendChoice choice) {
        return !choice.backend().equals("none") && choice.setMask() == SetMaskOutcome.OK;
    }
}
