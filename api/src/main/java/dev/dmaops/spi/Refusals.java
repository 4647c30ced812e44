package dev.dmaops.spi;

import dev.dmaops.api.DmaErrorCode;

/**
 * Refusals in the form that costs nothing: a {@code long} where a DMA address would be.
 *
 * <p>The last 4095 addresses of the 64-bit space never belong to a mapping, so they carry the error code, as Linux does with
 * error pointers. All ones is {@link DmaErrorCode#OUT_OF_REACH}, which is also what a missing bus translation yields.
 */
public final class Refusals {
    private static final int FIRST_MAPPING_CODE = 2000;
    private static final DmaErrorCode[] BY_OFFSET = byOffset();

    private Refusals() {}

    /**
     * The refusal for a code.
     *
     * @param code one of the 2xxx codes
     */
    public static long of(DmaErrorCode code) {
        return FIRST_MAPPING_CODE - (long) code.number();
    }

    /** Whether a map's result is a refusal and not an address. */
    public static boolean isRefusal(long result) {
        return result < 0 && result >= -4095;
    }

    /** The code in a refusal. */
    public static DmaErrorCode code(long refusal) {
        return BY_OFFSET[(int) -refusal];
    }

    private static DmaErrorCode[] byOffset() {
        DmaErrorCode[] codes = new DmaErrorCode[1000];
        for (DmaErrorCode code : DmaErrorCode.values()) {
            int offset = code.number() - FIRST_MAPPING_CODE;
            if (offset > 0 && offset < codes.length) {
                codes[offset] = code;
            }
        }
        return codes;
    }
}
