package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Zeroed memory of any length that costs what is touched.
 *
 * <p>A sparse temporary file, mapped and deleted at once: no restricted method is called, and when the arena closes or the
 * process ends, nothing is left.
 */
final class SparseMemory {
    private SparseMemory() {}

    /**
     * Maps memory.
     *
     * @param bytes length
     * @param what for the error: what the memory is for
     * @param arena whose closing gives it back
     */
    static MemorySegment map(long bytes, String what, Arena arena) {
        try {
            Path file = Files.createTempFile(
                    "dmaops-sim", "-" + ProcessHandle.current().pid() + ".mem");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
            } finally {
                discard(file);
            }
        } catch (IOException e) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    "machine",
                    "cannot make a sparse file of " + bytes + " bytes for " + what + " in "
                            + System.getProperty("java.io.tmpdir") + ": " + e.getMessage()
                            + ". Point -Djava.io.tmpdir at a file system that has sparse files of that length, or lower the"
                            + " end of RAM.");
        }
    }

    private static void discard(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            // A system that cannot delete mapped files: at exit it can.
            file.toFile().deleteOnExit();
        }
    }
}
