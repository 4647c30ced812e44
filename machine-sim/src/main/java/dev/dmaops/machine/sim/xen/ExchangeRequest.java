package dev.dmaops.machine.sim.xen;

/**
 * What a domain asks of XENMEM_exchange (struct xen_memory_exchange, xen/include/public/memory.h, 4.17), but for the lists of frames.
 *
 * @param inDomain whose frames are given up; {@link #SELF} for the caller
 * @param outDomain who gets the new ones: the same
 * @param inOrder length of each block given up, a power of two of frames
 * @param outOrder length of each new block
 * @param addressBits the new blocks lie below 2^addressBits; 0 for no limit
 * @param exchanged how many blocks an earlier call has exchanged already; 0 to begin
 */
record ExchangeRequest(int inDomain, int outDomain, int inOrder, int outOrder, int addressBits, int exchanged) {
    /** The caller itself (DOMID_SELF). */
    static final int SELF = 0x7ff0;

    /** The caller's own frames, from the beginning. */
    static ExchangeRequest own(int inOrder, int outOrder, int addressBits) {
        return new ExchangeRequest(SELF, SELF, inOrder, outOrder, addressBits, 0);
    }
}
