package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.DmaDeviceState;

/** Refusals behind an IOMMU, in words. */
final class IommuMessages {
    private static final int ENOMEM = -12;
    private static final int EINVAL = -22;
    private static final int EIO = -5;
    private static final int EREMOTEIO = -121;

    private final DmaDeviceState device;
    private final TranslatedSpace space;

    /** Whether every scatter list of the device is mapped entry by entry, which Linux answers with one error only. */
    private final boolean mapsAlone;

    IommuMessages(DmaDeviceState device, TranslatedSpace space, boolean swiotlb) {
        this.device = device;
        this.space = space;
        mapsAlone = swiotlb && device.untrusted();
    }

    /** The pool's words with the error that a scatter list gets: whatever bounces is mapped entry by entry. */
    Refused forScatter(Refused refused) {
        return new Refused(refused.code(), refused.device(), refused.bytes(), refused.message(), EIO);
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
            case IOMMU_TOO_MANY_MAPPINGS ->
                "the host's IOMMU interface holds as many mappings as it may. Unmap what is no longer used, map larger"
                        + " pieces, or raise the module parameter dma_entry_limit of vfio_iommu_type1";
            case IOMMU_LOCKED_MEMORY ->
                "mapped memory is locked, and this process may lock no more. Raise it (ulimit -l), or give the process"
                        + " CAP_IPC_LOCK";
            case NO_POOL ->
                bytes + " bytes at 0x" + Long.toHexString(physical)
                        + " do not fill whole granules of " + space.granule()
                        + " bytes and there is no bounce pool. Align buffer and length to the granule, or let the"
                        + " kernel make a pool (swiotlb=force)";
            case NO_STREAMING_MASK -> "the device has no DMA mask. Set one before mapping";
            case NOT_DEVICE_MEMORY ->
                "memory outside of the machine cannot be given to an untrusted device. Use memory of the machine";
            case REQUEST_TOO_LARGE ->
                "an entry of a scatter list may take at most 4294967295 bytes of IO virtual addresses, with the gap before"
                        + " the next segment boundary. Split the entry";
            case PEER_MEMORY ->
                "memory of a peer cannot be mixed with buffers that may bounce. Put it in a list of its own";
            default -> "not possible behind an IOMMU (" + code + "). Use another way to share this memory";
        };
        String message = code.text() + " " + device.id() + ": cannot map " + bytes + " bytes: " + what
                + ". [iommu, granule " + space.granule() + " bytes, mask 0x" + Long.toHexString(device.streamingMask())
                + ", bus limit 0x" + Long.toHexString(device.busLimit()) + "]";
        return new Refused(code, device.id(), bytes, message, errno(code));
    }

    private int errno(DmaErrorCode code) {
        return switch (code) {
            case PEER_MEMORY -> EREMOTEIO;
            case NO_POOL -> EIO;
            case IOVA_EXHAUSTED -> mapsAlone ? EIO : ENOMEM;
            default -> mapsAlone ? EIO : EINVAL;
        };
    }

    private String alignmentOrTables() {
        long keep = device.constraints().minAlignMask();
        return Long.compareUnsigned(keep, space.granule() - 1) > 0
                ? "the device wants address bits 0x" + Long.toHexString(keep)
                        + " kept, which granules cannot promise. Set a smaller minimum alignment"
                : "the IOMMU's tables refused it: a translation is there already, an address is outside of the aperture, or"
                        + " the copy of a piece to be linked does not keep its offset in the granule. Check aperture and"
                        + " reserved regions, and set the device's minimum alignment mask to the granule less 1";
    }
}
