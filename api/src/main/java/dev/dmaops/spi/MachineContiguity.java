package dev.dmaops.spi;

/**
 * Makes memory that is contiguous for the kernel contiguous for devices too, by exchanging it with Xen
 * (xen_create_contiguous_region, arch/x86/xen/mmu_pv.c, 6.12).
 *
 * <p>Only an x86 PV platform has this hook. Elsewhere the domain cannot exchange memory, and there is nothing to ask.
 *
 * <p>Exchanges take turns: any thread may call, one at a time works.
 */
public interface MachineContiguity {
    /**
     * Exchanges the frames behind a block for frames that are neighbours, aligned to the block's length and below a width. The
     * block's contents are lost, also on failure: it is zeroed first, so that no bytes reach another domain.
     *
     * @param physical first byte of the block, which the caller owns and nobody else looks at
     * @param order power of two of frames of 4096 bytes
     * @param addressBits every byte has to lie below 2^addressBits; 64 for no limit
     */
    ContiguityResult create(long physical, int order, int addressBits);

    /**
     * Gives the neighbouring frames back for single ones. The contents are lost. When Xen has no frames the block stays as it is.
     *
     * @param physical first byte of a block made by {@link #create}
     * @param order as it was made
     */
    void destroy(long physical, int order);
}
