/**
 * What a Linux host says of itself in sysfs, procfs and the device tree. Reads files by name, never writes, needs no root.
 *
 * <p>Files are read by name only: a PCI device's folder also holds files whose reading acts on the device (an I/O BAR's
 * {@code resourceN} reads ports).
 */
@NullMarked
package dev.dmaops.machine.linux.topology;

import org.jspecify.annotations.NullMarked;
