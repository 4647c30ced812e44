package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.topology.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/**
 * Writes attributes of sysfs: one value, one write, opened for writing only. Some attributes ({@code bind}, {@code unbind}, {@code
 * drivers_probe}) refuse to be opened for reading too, even by root.
 */
final class SysfsFiles {
    private final HostFiles files;

    SysfsFiles(HostFiles files) {
        this.files = files;
    }

    String path(String name) {
        return files.path(name).toString();
    }

    /**
     * Writes a value.
     *
     * @throws DmaHostException {@link DmaErrorCode#HOST_CALL} when the kernel refuses it
     */
    void write(String device, String name, String value) {
        try {
            Files.write(files.path(name), value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new DmaHostException(
                    DmaErrorCode.HOST_CALL,
                    0,
                    device + ": cannot write \"" + value.strip() + "\" to " + name + ": " + e.getMessage()
                            + ". Only root may; a device that a driver holds answers busy.");
        }
    }
}
