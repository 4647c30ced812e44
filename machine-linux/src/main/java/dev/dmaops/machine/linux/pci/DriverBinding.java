package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.util.Optional;

/**
 * Gives a device to {@code vfio-pci} and, when closed, back to the driver that it had. Used only for devices that the user named for
 * it.
 */
public final class DriverBinding implements AutoCloseable {
    private static final String VFIO = "vfio-pci";
    private static final String PROBE = "/sys/bus/pci/drivers_probe";

    private final HostFiles files;
    private final SysfsFiles writer;
    private final String id;
    private final String folder;
    private final Optional<String> driverBefore;
    private final Optional<String> overrideBefore;
    private boolean closed;

    private DriverBinding(HostFiles files, PciDevice device) {
        this.files = files;
        writer = new SysfsFiles(files);
        id = device.id();
        folder = "/sys/bus/pci/devices/" + id;
        driverBefore = device.driver();
        overrideBefore = device.driverOverride();
    }

    /**
     * Binds {@code vfio-pci}.
     *
     * @throws DmaHostException when it does not bind; what was changed by then is changed back
     */
    public static DriverBinding toVfio(HostFiles files, PciDevice device) {
        DriverBinding binding = new DriverBinding(files, device);
        try {
            binding.bind();
            return binding;
        } catch (DmaHostException e) {
            binding.close();
            throw e;
        }
    }

    private void bind() {
        writer.write(id, folder + "/driver_override", VFIO + "\n");
        unbind();
        writer.write(id, PROBE, id + "\n");
        if (files.link(folder + "/driver").filter(VFIO::equals).isEmpty()) {
            throw new DmaHostException(
                    DmaErrorCode.HOST_DEVICE_IN_USE,
                    0,
                    id
                            + ": vfio-pci did not bind it. Without an IOMMU the kernel needs CONFIG_VFIO_NOIOMMU and its mode"
                            + " switched on; else run modprobe vfio-pci.");
        }
    }

    private void unbind() {
        if (files.exists(folder + "/driver")) {
            writer.write(id, folder + "/driver/unbind", id + "\n");
        }
    }

    /** Restores what was there: override and driver. Does nothing the second time. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // A line feed alone clears the override.
        writer.write(id, folder + "/driver_override", overrideBefore.orElse("") + "\n");
        if (!files.link(folder + "/driver").equals(driverBefore)) {
            unbind();
            driverBefore.ifPresent(driver -> writer.write(id, "/sys/bus/pci/drivers/" + driver + "/bind", id + "\n"));
        }
    }
}
