package dev.dmaops.machine.linux;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a machine may change on the host. Nothing, unless it is told.
 *
 * @param bind devices that may be taken from their driver and given to {@code vfio-pci}; they get their driver back when the
 *     machine is closed
 */
public record LinuxOptions(Set<String> bind) {
    /** System property with the ids for {@link #bind}, with commas between them. */
    public static final String BIND_PROPERTY = "dmaops.linux.bind";

    /** Copies the set. */
    public LinuxOptions {
        bind = Set.copyOf(bind);
    }

    /** What the system properties allow. */
    static LinuxOptions fromProperties() {
        Set<String> ids =
                new TreeSet<>(List.of(System.getProperty(BIND_PROPERTY, "").split(",", -1)));
        ids.remove("");
        return new LinuxOptions(ids);
    }
}
