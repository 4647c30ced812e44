package dev.dmaops.machine.linux.memory;

import dev.dmaops.machine.linux.calls.Errno;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.machine.linux.topology.HostFiles;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that was set aside at boot for user space, {@code /dev/daxN.M}: the way to memory that a device with a narrow mask reaches.
 * On a PC {@code memmap=16M%0x8000000-1+0xefffffff} on the kernel command line sets 16 MiB at 128 MiB aside.
 */
final class DaxMemory {
    private static final String FOLDER = "/sys/bus/dax/devices/";

    private DaxMemory() {}

    /** Opens every such device; the descriptors are the caller's. */
    static List<Piece> open(HostFiles files, Pagemap pagemap) {
        List<Piece> pieces = new ArrayList<>();
        for (String name : files.names("/sys/bus/dax/devices")) {
            if (files.exists(FOLDER + name + "/driver")) {
                pieces.addAll(open(files, name, pagemap));
            }
        }
        return pieces;
    }

    private static List<Piece> open(HostFiles files, String name, Pagemap pagemap) {
        long align = files.number(FOLDER + name + "/align").orElse(2 << 20);
        long bytes = files.number(FOLDER + name + "/size").orElse(0) / align * align;
        if (bytes == 0) {
            return List.of();
        }
        int descriptor = HostCall.require(
                SystemCalls.open("/dev/" + name, SystemCalls.O_RDWR), name, "open /dev/" + name, cure(name));
        long at = HostCall.require(
                SystemCalls.mmap(
                        0,
                        bytes,
                        SystemCalls.PROT_READ_WRITE,
                        SystemCalls.MAP_SHARED | SystemCalls.MAP_POPULATE,
                        descriptor,
                        0),
                name,
                "mmap of " + bytes + " bytes",
                "Length and offset are multiples of its align.");
        List<Piece> pieces = new ArrayList<>();
        for (long done = 0; done < bytes; done += align) {
            HugePageMemory.touch(at + done);
            pieces.add(new Piece(pagemap.physical(at + done), align, descriptor, done));
        }
        SystemCalls.munmap(at, bytes);
        return pieces;
    }

    static String cure(String name) {
        return Errno.text(Errno.ENXIO) + " means that no driver is bound: echo " + name
                + " > /sys/bus/dax/drivers/device_dax/new_id.";
    }
}
