package dev.dmaops.spi;

/**
 * The block has the frames that it had, and is zeroed or untouched.
 *
 * @param order power of two of frames that were asked for
 * @param addressBits the width that was asked for
 * @param cause why
 */
public record NoContiguousRegion(int order, int addressBits, Cause cause) implements ContiguityResult {
    /** Why there is none. */
    public enum Cause {
        /** More frames than the kernel can list for one exchange. */
        TOO_LARGE,
        /** Xen refused the exchange: no such block is free, or it may not be asked for. */
        NO_BLOCK
    }

    /** In words, without a full stop. */
    public String why() {
        return switch (cause) {
            case TOO_LARGE -> "2^" + order + " frames are more than one exchange can list";
            case NO_BLOCK -> "no block of order " + order + " below 2^" + addressBits;
        };
    }
}
