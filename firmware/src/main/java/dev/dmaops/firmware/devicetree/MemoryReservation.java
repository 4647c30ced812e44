package dev.dmaops.firmware.devicetree;

/**
 * One entry of the memory reservation block ({@code /memreserve/} in source): memory the kernel must leave alone.
 *
 * @param address first byte, a physical address
 * @param size number of bytes
 */
public record MemoryReservation(long address, long size) {}
