package dev.dmaops.spi;

/** For which frames a kernel keeps a page (pfn_valid): RAM, and address space for pages of others. A hook of machines with Xen below. */
@FunctionalInterface
public interface FrameValidity {
    /**
     * Whether there is a page.
     *
     * @param pfn frame number, 4096 bytes each
     */
    boolean isValid(long pfn);
}
