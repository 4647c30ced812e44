package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.Refused;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import java.util.Locale;
import java.util.Optional;

/** One buffer mapped and unmapped: where it went, who found which bytes, and what the pool's counters said. */
final class MapRows {
    static final RowSchema SCHEMA = RowSchema.ofInputs(
                    "seq",
                    "t",
                    "buf",
                    "dev",
                    "mask",
                    "dma_coherent",
                    "phys",
                    "size",
                    "dir",
                    "min_align_mask",
                    "used_before",
                    "index_before",
                    "slot_orig_addr",
                    "slot_alloc_size",
                    "device_read_len")
            .withResults(
                    "machine",
                    "straddles",
                    "runs",
                    "error",
                    "bounced",
                    "bounce_from",
                    "dma",
                    "dma_is_machine",
                    "tlb_phys",
                    "tlb_in_pool",
                    "slot",
                    "pad_slots",
                    "copied_in",
                    "copied_out",
                    "used_after",
                    "index_after",
                    "used_unmapped",
                    "index_unmapped",
                    "device_read_rc",
                    "device_saw_buffer",
                    "device_saw_tail",
                    "need_sync");

    private static final int BEFORE = 17;
    private static final int BY_DEVICE = 170;
    private static final long MOST_BYTES = 1L << 26;

    private final XenState state;
    private final DeviceBytes bytes;

    MapRows(XenState state) {
        this.state = state;
        bytes = new DeviceBytes(state.replay());
    }

    Answer play(Row row) {
        Optional<DmaDevice> found = state.device(row);
        if (found.isEmpty()) {
            return state.closed(row);
        }
        DmaDevice device = found.get();
        long physical = row.address("phys");
        long size = row.number("size");
        if (size <= 0 || size > MOST_BYTES) {
            throw row.unusable("size", "1 to " + MOST_BYTES);
        }
        if (row.has("runs")) {
            state.frames().become(FrameRun.of(row, "runs"));
        }
        XenState.force(device, row.address("mask"), row.has("min_align_mask") ? row.address("min_align_mask") : 0);
        state.startSearchAt(row);
        byte[] before = DeviceBytes.pattern(BEFORE, size);
        bytes.put(physical, before);
        DmaDirection direction = direction(row);
        long bus = state.frames().bus(physical);
        Answer.Observed observed = Answer.observed()
                .put("machine", Values.hex(bus))
                .put("straddles", state.frames().straddles(physical, size))
                .put("runs", state.frames().runsOf(physical, size));
        switch (device.tryMap(new PhysicalAddress(physical), size, direction, DmaAttributes.NONE)) {
            case Refused refused -> {
                boolean attempted = MaskTrial.attempted(refused);
                observed.put("error", true).put("bounced", attempted);
                if (attempted) {
                    observed.put("bounce_from", Values.hex(bus));
                }
                state.counters(observed, "_after");
            }
            case Mapped(DmaMapping mapping) -> mapped(row, device, mapping, before, bus, observed);
        }
        return observed;
    }

    static DmaDirection direction(Row row) {
        return switch (row.text("dir").toUpperCase(Locale.ROOT)) {
            case "TO_DEVICE" -> DmaDirection.TO_DEVICE;
            case "FROM_DEVICE" -> DmaDirection.FROM_DEVICE;
            case "BIDIRECTIONAL" -> DmaDirection.BIDIRECTIONAL;
            default -> throw row.unusable("dir", "TO_DEVICE, FROM_DEVICE or BIDIRECTIONAL");
        };
    }

    private void mapped(
            Row row, DmaDevice device, DmaMapping mapping, byte[] before, long bus, Answer.Observed observed) {
        long physical = row.address("phys");
        long dma = mapping.dmaAddress().value();
        boolean bounced = mapping.bounced();
        String compared = state.translated()
                .compared(device, row, "dma", dma, before.length, device.state().streamingMask());
        observed.put("error", false)
                .put("bounced", bounced)
                .put("dma", compared)
                .put("need_sync", device.needsSync(dma));
        if (bounced) {
            observed.put("bounce_from", Values.hex(Translated.isBehind(device) ? physical : bus));
            // Behind an IOMMU the recorded program looked at the address itself.
            observed.put("tlb_phys", compared).put("tlb_in_pool", false);
            state.inPool(device, dma).ifPresent(slot -> slot(slot, before, observed));
        } else {
            observed.put("dma_is_machine", dma == bus);
        }
        state.counters(observed, "_after");
        boolean asked = row.has("device_read_rc");
        if (asked) {
            observed.put("device_read_rc", 0L)
                    .put("device_saw_buffer", bytes.deviceSeesHead(device, dma, before))
                    .put("device_saw_tail", bytes.deviceSeesTail(device, dma, before));
        }
        byte[] written = DeviceBytes.pattern(BY_DEVICE, before.length);
        if (bounced || (asked && direction(row) != DmaDirection.TO_DEVICE)) {
            bytes.deviceWrites(device, dma, written);
        }
        mapping.close();
        observed.put("copied_out", bytes.isAt(physical, written));
        state.counters(observed, "_unmapped");
    }

    private void slot(long physical, byte[] before, Answer.Observed observed) {
        state.pool()
                .ifPresent(pool -> observed.put("tlb_phys", Values.hex(physical))
                        .put("tlb_in_pool", true)
                        .put("slot", (physical - pool.start()) >> 11)
                        .put("pad_slots", (long) pool.paddingSlots(physical))
                        .put("copied_in", bytes.isAt(physical, before)));
    }
}
