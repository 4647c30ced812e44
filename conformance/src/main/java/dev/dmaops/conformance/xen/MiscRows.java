package dev.dmaops.conformance.xen;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMappingException;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.NoncoherentBuffer;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BusFrames;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rest of the DMA API: pages for a device, registers of others, and a device that gets the wrong address. */
final class MiscRows {
    static final Map<String, RowSchema> SCHEMAS = Map.of(
            "alloc_pages",
                    RowSchema.ofInputs("seq", "t", "size", "mask", "phys")
                            .withResults("ok", "bounced", "dma", "machine", "straddles", "zeroed", "dma_in_pool"),
            "alloc_noncontiguous",
                    RowSchema.ofInputs("seq", "t", "size", "mask", "phys")
                            .withResults("ok", "nents", "orig_nents", "dma", "dma_len"),
            "map_resource", RowSchema.ofInputs("seq", "t", "phys", "mask").withResults("error", "dma"),
            "get_sgtable",
                    RowSchema.ofInputs("seq", "t", "mask", "phys0")
                            .withResults("rc", "dma", "orig_nents", "len0", "phys0_is_buffer"),
            "negative_control",
                    RowSchema.ofInputs("seq", "t", "phys")
                            .withResults("dma", "device_at_dma_sees_buffer", "device_at_phys_sees_buffer"));

    private static final DmaDirection DIRECTION = DmaDirection.BIDIRECTIONAL;
    private static final long TABLE_BYTES = 12_288;
    private static final long TABLE_FRAMES = 4;

    private final XenState state;
    private final DeviceBytes bytes;

    MiscRows(XenState state) {
        this.state = state;
        bytes = new DeviceBytes(state.replay());
    }

    Answer play(Row row) {
        Optional<DmaDevice> found = state.device(row);
        if (found.isEmpty()) {
            return state.closed(row);
        }
        DmaDevice device = found.get();
        if (row.has("mask")) {
            XenState.force(device, row.address("mask"), 0);
            device.state().coherentMask(row.address("mask"));
        }
        Answer answer = switch (row.kind()) {
            case "alloc_pages", "alloc_noncontiguous" -> pages(device, row);
            case "map_resource" -> resource(device, row);
            case "get_sgtable" -> table(device, row);
            default -> control(device, row);
        };
        state.replay().pages().forgetPlaces();
        state.frames().answers().forgetExchanges();
        state.frames().answers().takeAsked();
        return answer;
    }

    /** Memory in several pieces is one piece where no IOMMU stands in front of the device. */
    private Answer pages(DmaDevice device, Row row) {
        if (row.has("phys")) {
            long pfn = row.address("phys") >>> BusFrames.SHIFT;
            if (row.has("machine")) {
                long frames = row.flag("straddles") ? 1 : (row.number("size") - 1) / BusFrames.BYTES + 1;
                state.frames().become(List.of(new FrameRun(pfn, row.address("machine") >>> BusFrames.SHIFT, frames)));
            }
            state.replay().pages().placeNext(row.address("phys"));
        }
        NoncoherentBuffer buffer;
        try {
            buffer = device.allocatePages(row.number("size"), DIRECTION, AllocationFlags.NONE);
        } catch (DmaMappingException refused) {
            return Answer.observed().put("ok", false).put("bounced", MaskTrial.attempted(refused.refused()));
        }
        try (buffer) {
            long dma = buffer.dmaAddress().value();
            long physical = buffer.physicalAddress().value();
            boolean inPool = state.inPool(device, dma).isPresent();
            return Answer.observed()
                    .put("ok", true)
                    .put("bounced", inPool)
                    .put("dma", compared(device, row, dma, buffer.bytes()))
                    .put("machine", Values.hex(state.frames().bus(physical)))
                    .put("straddles", state.frames().straddles(physical, buffer.bytes()))
                    .put("zeroed", bytes.isZero(physical, buffer.bytes()))
                    .put("dma_in_pool", inPool)
                    .put("nents", 1L)
                    .put("orig_nents", pieces(device, row))
                    .put("dma_len", Values.hex(buffer.bytes()));
        }
    }

    private String compared(DmaDevice device, Row row, long dma, long size) {
        return state.translated()
                .compared(device, row, "dma", dma, size, device.state().streamingMask());
    }

    /** Behind an IOMMU, how many pieces the page allocator had is an input; without one there is one piece. */
    private static Object pieces(DmaDevice device, Row row) {
        return Translated.isBehind(device) && row.has("orig_nents") ? row.number("orig_nents") : 1L;
    }

    private Answer resource(DmaDevice device, Row row) {
        long dma = device.mapResource(row.address("phys"), BusFrames.BYTES, DIRECTION, DmaAttributes.NONE);
        if (dma == DmaDevice.MAPPING_ERROR) {
            return Answer.observed().put("error", true);
        }
        String compared = compared(device, row, dma, BusFrames.BYTES);
        device.unmapResource(dma, BusFrames.BYTES, DIRECTION, DmaAttributes.NONE);
        return Answer.observed().put("error", false).put("dma", compared);
    }

    /** A table of coherent memory lists its pages: here they lie together. */
    private Answer table(DmaDevice device, Row row) {
        state.replay().pages().placeNext(row.address("phys0"));
        long first = row.address("dma") >>> BusFrames.SHIFT;
        state.frames().answers().exchangeYields(first);
        state.frames().answers().exchangeYields(FrameRun.frames(List.of(new FrameRun(0, first, TABLE_FRAMES))));
        if (!(device.tryAllocateCoherent(TABLE_BYTES, DmaAttributes.NONE, AllocationFlags.NONE)
                instanceof CoherentBuffer buffer)) {
            return Answer.observed().put("err", "no memory");
        }
        try (buffer) {
            MemorySegment memory = buffer.segment();
            return Answer.observed()
                    .put("rc", 0L)
                    .put("dma", compared(device, row, buffer.dmaAddress().value(), buffer.bytes()))
                    .put("orig_nents", pieces(device, row))
                    .put("len0", Translated.isBehind(device) ? row.number("len0") : memory.byteSize())
                    .put("phys0_is_buffer", buffer.physicalAddress().value() == row.address("phys0"));
        }
    }

    /** The device finds the buffer at the address that it was given, and not at the kernel's. */
    private Answer control(DmaDevice device, Row row) {
        XenState.force(device, -1L, 0);
        long physical = row.address("phys");
        if (row.has("dma")) {
            state.frames()
                    .become(List.of(
                            new FrameRun(physical >>> BusFrames.SHIFT, row.address("dma") >>> BusFrames.SHIFT, 1)));
        }
        byte[] marks = DeviceBytes.pattern(9, 64);
        bytes.put(physical, marks);
        if (!(device.tryMap(new PhysicalAddress(physical), marks.length, DIRECTION, DmaAttributes.NONE)
                instanceof Mapped(DmaMapping mapping))) {
            return Answer.observed().put("err", "not mapped");
        }
        try (mapping) {
            long dma = mapping.dmaAddress().value();
            return Answer.observed()
                    .put("dma", Values.hex(dma))
                    .put("device_at_dma_sees_buffer", bytes.deviceSees(device, dma, marks))
                    .put("device_at_phys_sees_buffer", bytes.deviceSees(device, physical, marks));
        }
    }
}
