package dev.dmaops.machine.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.linux.topology.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DaxMemoryTest {
    @TempDir
    private Path root;

    @Test
    void memoryThatNoDriverHoldsIsLeftAloneBecauseItsNodeCannotBeOpened() throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/bus/dax/devices/dax0.0"));
        Files.writeString(device.resolve("size"), "16777216\n");
        Files.writeString(device.resolve("align"), "2097152\n");

        try (Pagemap pagemap = new Pagemap()) {
            assertThat(DaxMemory.open(new HostFiles(root), pagemap)).isEmpty();
        }
    }

    @Test
    void memoryShorterThanItsAlignmentCannotBeMappedAndIsNone() throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/bus/dax/devices/dax0.0"));
        Files.writeString(device.resolve("size"), "1048576\n");
        Files.writeString(device.resolve("align"), "2097152\n");
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../drivers/device_dax"));

        try (Pagemap pagemap = new Pagemap()) {
            assertThat(DaxMemory.open(new HostFiles(root), pagemap)).isEmpty();
        }
    }
}
