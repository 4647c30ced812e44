package dev.dmaops.spi;

/**
 * Physical addresses whose DMA address is a fixed distance away and which need neither bounce nor cache maintenance.
 *
 * @param firstPhysical first byte of the window
 * @param lastPhysical last byte of the window, inclusive
 * @param offset what to add to a physical address to get the DMA address, modulo 2^64
 * @param poolPhysical first byte of the bounce pool, whose addresses must be unmapped by the backend although they are in the
 *     window
 * @param poolBytes length of the pool; 0 when there is none
 */
public record DirectWindow(long firstPhysical, long lastPhysical, long offset, long poolPhysical, long poolBytes) {}
