package dev.dmaops.spi;

/** Makes a new pool usable before its first slot is handed out: on x86 PV, contiguous in machine memory. */
@FunctionalInterface
public interface PoolFixup {
    /**
     * Prepares the pool.
     *
     * @param physical first byte
     * @param slots slots of 2048 bytes
     * @return whether the pool can be used; if not, it is given back and half of it is tried
     */
    boolean prepare(long physical, int slots);
}
