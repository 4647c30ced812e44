package dev.dmaops.conformance.xen;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.MapResult;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.Refused;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import java.util.Set;

/**
 * A mask tried on a device: what a driver hears, and then one map and one coherent allocation. The device gets its own masks back
 * before the next trial.
 */
final class MaskTrial {
    static final RowSchema DEVSEL_SCHEMA = RowSchema.ofInputs(
                    "seq", "t", "of_name", "of_path", "bits", "phys", "alloc_phys", "alloc_linear")
            .withResults(
                    "set_mask_rc",
                    "set_coherent_rc",
                    "mask_now",
                    "required_mask",
                    "addressing_limited",
                    "max_mapping_size",
                    "map_error",
                    "bounced",
                    "dma",
                    "dma_to_phys",
                    "alloc_ok",
                    "alloc_dma");

    static final RowSchema SET_MASK_SCHEMA = RowSchema.ofInputs("seq", "t", "dev", "bits")
            .withResults(
                    "set_mask_rc",
                    "set_coherent_rc",
                    "mask_now",
                    "required_mask",
                    "addressing_limited",
                    "max_mapping_size");

    /** Codes of refusals that come after the attempt to bounce: the moment at which Linux traces it. */
    private static final Set<DmaErrorCode> AFTER_BOUNCE = Set.of(
            DmaErrorCode.REQUEST_TOO_LARGE,
            DmaErrorCode.NO_FREE_RUN,
            DmaErrorCode.POOL_EXHAUSTED,
            DmaErrorCode.POOL_OUT_OF_REACH);

    private static final long MAPPED_BYTES = 0x300;
    private static final long ALLOCATED_BYTES = 0x2000;
    private static final long EIO = -5;

    private final ReplayPlatform replay;
    private final DmaDevice device;
    private final long streamingMask;
    private final long coherentMask;

    MaskTrial(ReplayPlatform replay, DmaDevice device) {
        this.replay = replay;
        this.device = device;
        streamingMask = device.state().streamingMask();
        coherentMask = device.state().coherentMask();
    }

    Answer.Observed play(Row row) {
        int bits = row.count("bits");
        if (bits > 64) {
            throw row.unusable("bits", "0 to 64");
        }
        DmaMask mask = DmaMask.ofBits(bits);
        SetMaskOutcome streaming = device.setStreamingMask(mask);
        Answer.Observed observed = Answer.observed()
                .put("set_mask_rc", code(streaming))
                .put("set_coherent_rc", code(device.setCoherentMask(mask)))
                .put("mask_now", Values.hex(device.state().streamingMask()))
                .put("required_mask", Values.hex(device.requiredMask().value()))
                .put("addressing_limited", device.addressingLimited())
                .put("max_mapping_size", Values.hex(DeviceFacts.size(device.maxMappingBytes())));
        if (row.has("phys")) {
            map(row, observed);
            allocate(row, observed);
        }
        restore();
        return observed;
    }

    private static long code(SetMaskOutcome outcome) {
        return outcome == SetMaskOutcome.OK ? 0 : EIO;
    }

    private void map(Row row, Answer.Observed observed) {
        MapResult result = device.tryMap(
                new PhysicalAddress(row.address("phys")), MAPPED_BYTES, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        switch (result) {
            case Refused refused -> observed.put("map_error", true).put("bounced", attempted(refused));
            case Mapped(DmaMapping mapping) -> {
                long dma = mapping.dmaAddress().value();
                observed.put("map_error", false)
                        .put("bounced", mapping.bounced())
                        .put("dma", Values.hex(dma))
                        .put("dma_to_phys", Values.hex(replay.physical(device, dma)));
                mapping.close();
            }
        }
    }

    static boolean attempted(Refused refused) {
        return AFTER_BOUNCE.contains(refused.code());
    }

    private void allocate(Row row, Answer.Observed observed) {
        if (row.has("alloc_phys")) {
            replay.pages().placeNext(row.address("alloc_phys"));
        }
        if (device.tryAllocateCoherent(ALLOCATED_BYTES, DmaAttributes.NONE, 0) instanceof CoherentBuffer buffer) {
            observed.put("alloc_ok", true)
                    .put("alloc_dma", Values.hex(buffer.dmaAddress().value()));
            buffer.close();
        } else {
            observed.put("alloc_ok", false);
        }
        replay.pages().forgetPlaces();
    }

    private void restore() {
        device.state().streamingMask(streamingMask);
        device.state().coherentMask(coherentMask);
        device.state().skipSync(false);
        device.refreshWindow();
    }
}
