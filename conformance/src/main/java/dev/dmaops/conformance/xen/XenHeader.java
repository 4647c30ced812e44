package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelVersion;
import java.util.Optional;

/**
 * What the first line of a recording says.
 *
 * @param scenario the recording's name
 * @param architecture instruction set
 * @param kernel the kernel's release
 * @param hypervisor what runs below the kernel
 * @param pageBytes page size in bytes
 * @param maxPfn one past the highest page frame of RAM
 * @param totalPages pages that the kernel manages: RAM less what it uses itself
 * @param cpus processors
 */
record XenHeader(
        String scenario,
        Architecture architecture,
        KernelVersion kernel,
        Hypervisor hypervisor,
        long pageBytes,
        long maxPfn,
        long totalPages,
        int cpus) {
    private static final long MOST_PAGES = 1L << 36;

    /**
     * Reads the line.
     *
     * @throws dev.dmaops.api.DmaConfigurationException for whatever is missing or cannot be
     */
    static XenHeader of(Row row) {
        Architecture architecture = switch (row.text("machine")) {
            case "x86_64" -> Architecture.X86;
            case "aarch64" -> Architecture.ARM64;
            case "armv7l" -> Architecture.ARM;
            default -> throw row.unusable("machine", "x86_64, aarch64 or armv7l");
        };
        KernelVersion kernel = KernelVersion.parse(row.text("release"))
                .orElseThrow(() -> row.unusable("release", "a Linux release such as 6.12.117+deb12-arm64"));
        long maxPfn = row.number("max_pfn");
        if (maxPfn <= 0 || maxPfn > MOST_PAGES) {
            throw row.unusable("max_pfn", "a number of page frames from 1 to " + MOST_PAGES);
        }
        return new XenHeader(
                row.text("scenario"),
                architecture,
                kernel,
                hypervisor(row, architecture),
                row.number("page_size", 4096),
                maxPfn,
                row.number("totalram_pages"),
                Math.max(1, row.count("num_online_cpus")));
    }

    private static Hypervisor hypervisor(Row row, Architecture architecture) {
        if (!row.flag("xen_domain")) {
            return Hypervisor.NONE;
        }
        Hypervisor.Kind kind = architecture != Architecture.X86
                ? Hypervisor.Kind.XEN_ARM
                : row.flag("xen_pv") ? Hypervisor.Kind.XEN_PV : Hypervisor.Kind.XEN_PVH;
        // Recordings without the field were made where it is true.
        boolean cacheFlush =
                kind == Hypervisor.Kind.XEN_ARM && (!row.has("hypercall_cflush") || row.flag("hypercall_cflush"));
        return new Hypervisor(
                kind,
                row.flag("xen_initial_domain"),
                feature(row, "auto_translated_physmap"),
                feature(row, "direct_mapped"),
                feature(row, "not_direct_mapped"),
                false,
                cacheFlush,
                "recording header");
    }

    private static Optional<Boolean> feature(Row row, String name) {
        return row.has(name) ? Optional.of(row.flag(name)) : Optional.empty();
    }
}
