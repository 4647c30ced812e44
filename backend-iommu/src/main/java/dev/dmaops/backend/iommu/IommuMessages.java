package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.DmaDeviceState;

/** Refusals behind an IOMMU, in words. */
final class IommuMessages {
    private static final int ENOMEM = -12;
    private static final int EINVAL = -22;

    private final DmaDeviceState device;
    private final TranslatedSpace space;

    IommuMessages(DmaDeviceState device, TranslatedSpace space) {
        this.device = device;
        this.space = space;
    }

    /** Whether the pool knows best what to say. */
    static boolean isPools(DmaErrorCode code) {
        return switch (code) {
            case REQUEST_TOO_LARGE, NO_FREE_RUN, POOL_EXHAUSTED, POOL_OUT_OF_REACH -> true;
            default -> false;
        };
    }

    Refused refusal(DmaErrorCode code, long physical, long bytes) {
        String what = switch (code) {
            case IOVA_EXHAUSTED ->
                "no free IO virtual addresses for " + bytes + " bytes at or below 0x"
                        + Long.toHexString(device.streamingLimit())
                        + ". Unmap what is no longer used, or widen the device's mask";
            case IOMMU_MAP_FAILED -> alignmentOrTables();
            case NO_POOL ->
                bytes + " bytes at 0x" + Long.toHexString(physical)
                        + " do not fill whole granules of " + space.granule()
                        + " bytes and there is no bounce pool. Align buffer and length to the granule, or let the"
                        + " kernel make a pool (swiotlb=force)";
            case NO_STREAMING_MASK -> "the device has no DMA mask. Set one before mapping";
            case NOT_DEVICE_MEMORY ->
                "memory outside of the machine cannot be given to an untrusted device. Use memory of the machine";
            case REQUEST_TOO_LARGE ->
                "a scatter list may take at most 4294967295 bytes of IO virtual addresses. Split the list";
            default -> "not possible behind an IOMMU (" + code + "). Use another way to share this memory";
        };
        String message = code.text() + " " + device.id() + ": cannot map " + bytes + " bytes: " + what
                + ". [iommu, granule " + space.granule() + " bytes, mask 0x" + Long.toHexString(device.streamingMask())
                + ", bus limit 0x" + Long.toHexString(device.busLimit()) + "]";
        return new Refused(code, device.id(), bytes, message, code == DmaErrorCode.IOVA_EXHAUSTED ? ENOMEM : EINVAL);
    }

    private String alignmentOrTables() {
        long keep = device.constraints().minAlignMask();
        return Long.compareUnsigned(keep, space.granule() - 1) > 0
                ? "the device wants address bits 0x" + Long.toHexString(keep)
                        + " kept, which granules cannot promise. Set a smaller minimum alignment"
                : "the IOMMU's tables refused it. Check its aperture and reserved regions";
    }
}
