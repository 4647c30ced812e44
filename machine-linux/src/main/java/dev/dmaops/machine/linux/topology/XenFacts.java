package dev.dmaops.machine.linux.topology;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import java.util.Optional;

/**
 * What sysfs says of Xen ({@code /sys/hypervisor}; drivers/xen/sys-hypervisor.c of Linux 6.12). The folder is there, and empty, on a
 * kernel that does not run under Xen.
 */
final class XenFacts {
    private static final String FOLDER = "/sys/hypervisor/";
    private static final int AUTO_TRANSLATED = 2;
    private static final int INITIAL_DOMAIN = 11;
    private static final int NOT_DIRECT_MAPPED = 16;
    private static final int DIRECT_MAPPED = 17;

    /** First release with the grant table's cache maintenance call. */
    private static final int FLUSH_SINCE = 4 << 8 | 6;

    private XenFacts() {}

    static Hypervisor read(HostFiles files, Architecture architecture) {
        if (files.text(FOLDER + "type").filter("xen"::equals).isEmpty()) {
            return Hypervisor.NONE;
        }
        Optional<Long> features = features(files);
        boolean control = files.lines("/proc/xen/capabilities").stream().anyMatch(line -> line.contains("control_d"));
        long version = files.number(FOLDER + "version/major").orElse(0) << 8
                | files.number(FOLDER + "version/minor").orElse(0);
        return new Hypervisor(
                kind(files, architecture),
                control || features.map(bits -> bit(bits, INITIAL_DOMAIN)).orElse(false),
                features.map(bits -> bit(bits, AUTO_TRANSLATED)),
                features.map(bits -> bit(bits, DIRECT_MAPPED)),
                features.map(bits -> bit(bits, NOT_DIRECT_MAPPED)),
                control,
                version >= FLUSH_SINCE,
                FOLDER + "properties/features");
    }

    private static Kind kind(HostFiles files, Architecture architecture) {
        if (architecture != Architecture.X86) {
            return Kind.XEN_ARM;
        }
        return switch (files.text(FOLDER + "guest_type").orElse("")) {
            case "HVM" -> Kind.XEN_HVM;
            case "PVH" -> Kind.XEN_PVH;
            default -> Kind.XEN_PV;
        };
    }

    private static Optional<Long> features(HostFiles files) {
        return files.text(FOLDER + "properties/features")
                .filter(text -> text.matches("[0-9a-f]{1,16}"))
                .map(text -> Long.parseUnsignedLong(text, 16));
    }

    private static boolean bit(long bits, int number) {
        return (bits >>> number & 1) != 0;
    }
}
