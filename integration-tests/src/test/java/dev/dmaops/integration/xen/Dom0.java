package dev.dmaops.integration.xen;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** A platform that is dom0, opened the normal way, and the machine below it. */
final class Dom0 implements AutoCloseable {
    static final String ARM = """
            platform = arm64
            kernel { version = "6.12", config = debian-6.12 }
            hypervisor { kind = xen, domain = dom0, direct-mapped = yes }
            machine {
              ram = [ { start = 0x40000000, size = 64MiB } ]
              host-ram = [ { start = 0x40000000, size = 128MiB }, { start = 0x100000000, size = 64MiB } ]
            }
            """;

    static final String PV = """
            platform = x86
            kernel { version = "6.12", config = debian-6.12, cmdline = "swiotlb=512" }
            hypervisor { kind = xen-pv, domain = dom0 }
            machine { memory = 64MiB, host-ram = [ { start = 0x0, size = 32MiB }, { start = 0x100000000, size = 96MiB } ] }
            """;

    final DmaPlatform platform;
    final XenMachine machine;

    private Dom0(DmaPlatform platform) {
        this.platform = platform;
        machine = platform.part(XenMachine.class).orElseThrow();
    }

    static Dom0 open(Path folder, String... text) {
        try {
            Path file = Files.writeString(folder.resolve("dom0.conf"), String.join("\n", text));
            return new Dom0(DmaPlatform.open(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DmaDevice device(String id) {
        return platform.device(id);
    }

    DmaEngine engine(String id) {
        return machine.devices().engine(id);
    }

    /** Starts a domain of 1 MiB below a width. */
    XenDomain guest(int id, int addressBits) {
        return machine.startDomain(id, 1 << 20, addressBits);
    }

    /** Maps one page of a guest. */
    ForeignPage map(XenDomain guest, long pfn) {
        return machine.foreign().map(guest.id(), guest.grants().offer(0, pfn, false), false);
    }

    /** The page as dom0 sees it. */
    MemorySegment seen(ForeignPage page) {
        return machine.memory().segment(page.physical(), 4096);
    }

    /** The page as its owner sees it. */
    MemorySegment owned(XenDomain guest, long pfn) {
        return machine.memoryOf(guest).segment(pfn << 12, 4096);
    }

    @Override
    public void close() {
        platform.close();
    }
}
