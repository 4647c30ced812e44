package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.topology.HostFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A small process that outlives this one when it is killed. Where no IOMMU stands in front of a device, the kernel gives the memory of
 * a killed process to others while the device may still write to it. The watcher holds that memory, takes the devices' right to do
 * DMA away, and only then lets go of it:
 *
 * <pre>
 *   this process ──(pipe)──> watcher: holds the memory's files
 *        killed     closed            command register: bus master off, then ends, and the memory is free
 *        close()    "done"            ends
 * </pre>
 *
 * <p>Whoever kills the watcher too, as a container that is stopped does, leaves devices as they are.
 */
public final class DeathWatch implements AutoCloseable {
    /**
     * Arguments: this process, how many files of memory, their descriptors, then the devices' configuration spaces. A descriptor of
     * the watcher's own keeps a file without a name. Signals of a terminal reach the watcher too, one of them for a dump of threads
     * (QUIT), and do not end it. Only one byte is read and written: the low one of the command register; where it cannot be read,
     * nothing is written, because the bit might be set by that.
     */
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            parent=$1 files=$2
            shift 2
            while [ "$files" -gt 0 ]; do
                eval "exec $((files + 2))</proc/$parent/fd/$1" || exit 1
                shift
                files=$((files - 1))
            done
            for program in dd od; do
                command -v "$program" >/dev/null || exit 1
            done
            echo watching
            read -r word
            [ "$word" = done ] && exit 0
            for configuration in "$@"; do
                low=$(dd if="$configuration" bs=1 skip=4 count=1 2>/dev/null | od -An -tu1)
                [ -n "$low" ] || continue
                printf "\\\\$(printf %o $(($low & ~4)))" | dd of="$configuration" bs=1 seek=4 conv=notrunc 2>/dev/null
            done
            """;

    private static final int MOST_FILES = 7;

    private final Process watcher;

    private DeathWatch(Process watcher) {
        this.watcher = watcher;
    }

    /**
     * Starts watching.
     *
     * @param devices ids of PCI functions
     * @param memory descriptors of the files that their memory is mapped from; stay the caller's
     * @throws DmaHostException {@link DmaErrorCode#HOST_CALL} when the watcher does not start
     */
    public static DeathWatch start(HostFiles files, List<String> devices, List<Integer> memory) {
        if (memory.size() > MOST_FILES) {
            throw failed(devices, "expected at most " + MOST_FILES + " files of memory, found " + memory.size());
        }
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                SCRIPT,
                "dmaops-watch",
                Long.toString(ProcessHandle.current().pid()),
                Integer.toString(memory.size())));
        memory.forEach(descriptor -> command.add(Integer.toString(descriptor)));
        devices.forEach(id ->
                command.add(files.path("/sys/bus/pci/devices/" + id + "/config").toString()));
        try {
            Process watcher = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            DeathWatch watch = new DeathWatch(watcher);
            if (watcher.getInputStream().read() != 'w') {
                watch.close();
                throw failed(devices, "it ended at once");
            }
            return watch;
        } catch (IOException e) {
            throw failed(devices, String.valueOf(e.getMessage()));
        }
    }

    private static DmaHostException failed(List<String> devices, String why) {
        return new DmaHostException(
                DmaErrorCode.HOST_CALL,
                0,
                String.join(", ", devices) + ": /bin/sh cannot watch over it for the case that this process is killed: "
                        + why + ". Install a shell with dd and od, or put the device behind an IOMMU.");
    }

    /** The watcher's process id. */
    long pid() {
        return watcher.pid();
    }

    /** Ends the watcher; the devices are the caller's to make quiet before. */
    @Override
    public void close() {
        try (OutputStream in = watcher.getOutputStream()) {
            in.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            // It ended before; there is nobody to tell.
        }
        watcher.onExit().join();
    }
}
