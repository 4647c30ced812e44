package dev.dmaops.machine.linux.topology;

/**
 * A window of a PCI function.
 *
 * @param index 0 to 5
 * @param start first bus address
 * @param bytes length
 * @param port whether it is in I/O port space: reading its {@code resourceN} file reads ports
 */
public record PciBar(int index, long start, long bytes, boolean port) {}
