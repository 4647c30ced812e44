package dev.dmaops.machine.linux.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.HostTopology;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Binding against files that stand for sysfs: nothing reacts to writes, so what was written can be looked at. */
class DriverBindingTest {
    private static final String ID = "0000:00:05.0";

    @TempDir
    private Path root;

    private Path device;
    private Path nvme;

    @BeforeEach
    void aDeviceHeldByNvme() throws IOException {
        device = Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(ID));
        nvme = Files.createDirectories(root.resolve("sys/bus/pci/drivers/nvme"));
        Files.writeString(device.resolve("driver_override"), "(null)\n");
        Files.writeString(nvme.resolve("unbind"), "");
        Files.writeString(nvme.resolve("bind"), "");
        Files.writeString(root.resolve("sys/bus/pci/drivers_probe"), "");
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../drivers/nvme"));
    }

    @Test
    void aDriverThatDoesNotBindIsAnErrorAndEverythingIsChangedBack() throws IOException {
        HostFiles files = new HostFiles(root);
        PciDevice found = HostTopology.read(files).device(ID).orElseThrow();

        assertThatThrownBy(() -> DriverBinding.toVfio(files, found))
                .isInstanceOf(DmaHostException.class)
                .hasMessageContaining("vfio-pci did not bind it");

        assertThat(nvme.resolve("unbind")).hasContent(ID);
        assertThat(root.resolve("sys/bus/pci/drivers_probe")).hasContent(ID);
        assertThat(Files.readString(device.resolve("driver_override"))).startsWith("\n");
    }

    @Test
    void attributesAreOpenedForWritingOnly() throws IOException {
        // A file without permission to read: opened for reading too it would be refused, unless the user is root.
        Path attribute = nvme.resolve("bind");
        Files.setPosixFilePermissions(attribute, PosixFilePermissions.fromString("-w-------"));

        new SysfsFiles(new HostFiles(root)).write(ID, "/sys/bus/pci/drivers/nvme/bind", ID + "\n");

        assertThat(Files.size(attribute)).isEqualTo(ID.length() + 1);
    }

    @Test
    void anAttributeThatIsNotThereIsNeverMade() {
        assertThatThrownBy(() -> new SysfsFiles(new HostFiles(root)).write(ID, "/sys/bus/pci/rescan", "1"))
                .isInstanceOf(DmaHostException.class)
                .hasMessageContaining("cannot write \"1\" to /sys/bus/pci/rescan");
        assertThat(root.resolve("sys/bus/pci/rescan")).doesNotExist();
    }
}
