package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Who sees whose bytes, before and after every kind of synchronisation of a bounced buffer. */
final class SyncRows {
    static final Map<String, RowSchema> SCHEMAS = Map.of(
            "sync",
                    RowSchema.ofInputs("seq", "t", "buf", "dir")
                            .withResults(
                                    "bounced",
                                    "map_copied_in",
                                    "cpu_sees_before_sync",
                                    "cpu_sees_after_for_cpu",
                                    "dev_sees_after_for_device",
                                    "partial_cpu_got_range",
                                    "partial_cpu_rest_untouched",
                                    "unmap_copied_out",
                                    "unmap_left_alone"),
            "sync_skip",
                    RowSchema.ofInputs("seq", "t", "buf", "dir")
                            .withResults("bounced", "map_copied_in", "unmap_copied_out"));

    /** One slot, over the end of a page. */
    private static final int SIZE = 2048;

    private static final int OFFSET = 3072;
    private static final int PART_FIRST = 512;
    private static final int PART_BYTES = 256;

    private final XenState state;
    private final DeviceBytes bytes;

    SyncRows(XenState state) {
        this.state = state;
        bytes = new DeviceBytes(state.replay());
    }

    Answer play(Row row) {
        Optional<DmaDevice> device = state.device(row);
        Optional<XenState.Buffer> buffer = state.use(row.text("buf"));
        if (device.isEmpty()) {
            return state.closed(row);
        }
        if (buffer.isEmpty() || buffer.get().bytes() < OFFSET + SIZE) {
            return Answer.skipped("no row said where this buffer is");
        }
        XenState.force(device.get(), -1L, 0);
        boolean skip = row.kind().equals("sync_skip");
        return new Mapping(device.get(), buffer.get().start() + OFFSET, MapRows.direction(row), skip).play();
    }

    /** One mapping, and the steps that the recorded program went through. */
    private final class Mapping {
        private final DmaDevice device;
        private final long physical;
        private final DmaDirection direction;
        private final int attributes;
        private final Answer.Observed observed = Answer.observed();

        Mapping(DmaDevice device, long physical, DmaDirection direction, boolean skip) {
            this.device = device;
            this.physical = physical;
            this.direction = direction;
            attributes = skip ? DmaAttributes.SKIP_CPU_SYNC : DmaAttributes.NONE;
        }

        Answer play() {
            byte[] first = DeviceBytes.pattern(1, SIZE);
            bytes.put(physical, first);
            long dma = device.mapSingle(physical, SIZE, direction, attributes);
            if (dma == DmaDevice.MAPPING_ERROR) {
                return observed.put("err", "not mapped");
            }
            boolean bounced = device.bounceReason(dma) != null;
            observed.put("bounced", bounced);
            if (bounced) {
                observed.put("map_copied_in", bytes.deviceSees(device, dma, first));
                if (attributes == DmaAttributes.NONE) {
                    synchronise(dma);
                }
            }
            byte[] last = DeviceBytes.pattern(5, SIZE);
            bytes.put(physical, DeviceBytes.pattern(6, SIZE));
            bytes.deviceWrites(device, dma, last);
            device.unmapSingle(dma, SIZE, direction, attributes);
            boolean out = bytes.isAt(physical, last);
            return observed.put("unmap_copied_out", out)
                    .put("unmap_left_alone", bytes.isAt(physical, DeviceBytes.pattern(6, SIZE)));
        }

        private void synchronise(long dma) {
            byte[] byDevice = DeviceBytes.pattern(2, SIZE);
            bytes.deviceWrites(device, dma, byDevice);
            observed.put("cpu_sees_before_sync", bytes.isAt(physical, byDevice));
            device.syncForCpu(dma, SIZE, direction);
            observed.put("cpu_sees_after_for_cpu", bytes.isAt(physical, byDevice));
            byte[] byCpu = DeviceBytes.pattern(3, SIZE);
            bytes.put(physical, byCpu);
            device.syncForDevice(dma, SIZE, direction);
            observed.put("dev_sees_after_for_device", bytes.deviceSees(device, dma, byCpu));
            byte[] partial = DeviceBytes.pattern(4, SIZE);
            bytes.deviceWrites(device, dma, partial);
            bytes.put(physical, byCpu);
            device.syncForCpu(dma + PART_FIRST, PART_BYTES, direction);
            int end = PART_FIRST + PART_BYTES;
            observed.put(
                            "partial_cpu_got_range",
                            bytes.isAt(physical + PART_FIRST, Arrays.copyOfRange(partial, PART_FIRST, end)))
                    .put(
                            "partial_cpu_rest_untouched",
                            bytes.isAt(physical, Arrays.copyOf(byCpu, PART_FIRST))
                                    && bytes.isAt(physical + end, Arrays.copyOfRange(byCpu, end, SIZE)));
        }
    }
}
