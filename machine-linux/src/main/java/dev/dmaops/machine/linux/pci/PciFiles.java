package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DeviceRegisters;
import java.util.Optional;
import java.util.function.IntFunction;

/** Windows and configuration space that lie in one file. */
public final class PciFiles {
    private final CommandRegister command;
    private final Windows windows;

    private PciFiles(CommandRegister command, Windows windows) {
        this.command = command;
        this.windows = windows;
    }

    /**
     * Where a window lies in the file.
     *
     * @param offset first byte
     * @param bytes length
     */
    public record Window(long offset, long bytes) {}

    /**
     * The parts of a device's file.
     *
     * @param configuration where configuration space begins in it
     * @param finder where a window lies in it
     */
    public static PciFiles of(String device, int descriptor, long configuration, IntFunction<Optional<Window>> finder) {
        CommandRegister command = new CommandRegister(device, descriptor, configuration);
        return new PciFiles(
                command,
                new Windows(number -> finder.apply(number).map(window -> {
                    command.enableMemory();
                    return MappedRegisters.map(device, descriptor, window.offset(), window.bytes());
                })));
    }

    /** A window of registers. */
    public Optional<DeviceRegisters> registers(int window) {
        return windows.window(window);
    }

    /** Lets the device read and write memory, or not. */
    public void busMaster(boolean allowed) {
        command.busMaster(allowed);
    }

    /** Takes the device's right to do DMA away and unmaps its windows. */
    public void close() {
        command.busMaster(false);
        windows.close();
    }
}
