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
 * @param node whose memory the new blocks are to be
 * @param argument what Xen can do with this structure in the guest's memory
 */
record ExchangeRequest(
        int inDomain,
        int outDomain,
        int inOrder,
        int outOrder,
        int addressBits,
        int exchanged,
        NodeWish node,
        Argument argument) {
    /** The caller itself (DOMID_SELF). */
    static final int SELF = 0x7ff0;

    /** Whether the guest's structure can be reached. */
    enum Argument {
        READ_WRITE,
        READ_ONLY,
        UNMAPPED
    }

    /** Memory of any node, by a structure that can be read and written. */
    ExchangeRequest(int inDomain, int outDomain, int inOrder, int outOrder, int addressBits, int exchanged) {
        this(inDomain, outDomain, inOrder, outOrder, addressBits, exchanged, NodeWish.ANY, Argument.READ_WRITE);
    }

    /** The caller's own frames, from the beginning. */
    static ExchangeRequest own(int inOrder, int outOrder, int addressBits) {
        return new ExchangeRequest(SELF, SELF, inOrder, outOrder, addressBits, 0);
    }

    /** The same for a node's memory. */
    ExchangeRequest with(NodeWish wish) {
        return new ExchangeRequest(inDomain, outDomain, inOrder, outOrder, addressBits, exchanged, wish, argument);
    }

    /** The same by a structure elsewhere. */
    ExchangeRequest with(Argument access) {
        return new ExchangeRequest(inDomain, outDomain, inOrder, outOrder, addressBits, exchanged, node, access);
    }
}
