package dev.dmaops.conformance.linux;

import dev.dmaops.api.BounceReason;
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
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.Refusals;
import java.util.Map;
import java.util.Optional;

/** Mapping one buffer, taking it back, synchronising it. */
final class MappingOperations {
    private static final String ERROR = "MAPPING_ERROR";
    private static final RowSchema MAP = LinuxOperation.inputs(
                    "id", "arena", "off", "size", "dir", "attrs", "phys", "alloc_align_mask")
            .withResults("dma", "err", "bounced", "tlb", "slot", "pad", "pa");

    private MappingOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        all.put("map", LinuxOperation.counted(MAP, MappingOperations::map));
        all.put("mapsingle", LinuxOperation.counted(MAP, MappingOperations::map));
        all.put("tblmap", LinuxOperation.counted(MAP, MappingOperations::mapSlots));
        all.put("mapres", LinuxOperation.counted(MAP, MappingOperations::mapResource));
        all.put("unmap", LinuxOperation.counted(LinuxOperation.inputs("id", "attrs"), MappingOperations::unmap));
        all.put(
                "sync",
                LinuxOperation.counted(
                        LinuxOperation.inputs("id", "for", "off", "size", "dir"), MappingOperations::sync));
        all.put(
                "need",
                new LinuxOperation(
                        LinuxOperation.inputs("id").withResults("need_sync", "skip_sync"), MappingOperations::need));
    }

    private static Answer map(LinuxState state, Row row) {
        Optional<DmaDevice> device = state.device();
        if (device.isEmpty()) {
            return state.closed();
        }
        DmaDirection direction = LinuxWords.direction(row);
        int attributes = LinuxWords.attributes(row);
        Answer.Observed observed = Answer.observed();
        switch (device.get()
                .tryMap(new PhysicalAddress(row.address("phys")), row.number("size"), direction, attributes)) {
            case Refused refused -> observed.put("err", ERROR);
            case Mapped(DmaMapping mapping) -> {
                long dma = mapping.dmaAddress().value();
                state.hold(
                        row.number("id"),
                        new Held.Mapping(device.get(), dma, mapping.bytes(), direction, attributes, false));
                observed.put("dma", Values.hex(dma)).put("bounced", mapping.bounced());
                place(state, device.get(), dma, mapping.bounced(), observed);
            }
        }
        return state.withCounters(observed);
    }

    private static void place(LinuxState state, DmaDevice device, long dma, boolean bounced, Answer.Observed observed) {
        long physical = state.replay().physical(device, dma);
        if (device.choice().iommuDomain().translates()) {
            observed.put("pa", Values.hex(physical));
        }
        if (bounced) {
            state.pool().ifPresent(pool -> slot(pool, physical, observed));
        }
    }

    private static void slot(BouncePool pool, long physical, Answer.Observed observed) {
        long offset = physical - pool.start();
        observed.put("tlb", offset).put("slot", offset >> 11).put("pad", (long) pool.paddingSlots(physical));
    }

    /** The module called the slot allocator directly. */
    private static Answer mapSlots(LinuxState state, Row row) {
        Optional<DmaDevice> device = state.device();
        Optional<BouncePool> pool = state.pool();
        if (device.isEmpty()) {
            return state.closed();
        }
        if (pool.isEmpty()) {
            return Answer.observed().put("err", ERROR);
        }
        DmaDirection direction = LinuxWords.direction(row);
        int attributes = LinuxWords.attributes(row);
        long bytes = row.number("size");
        long physical = pool.get()
                .map(
                        device.get().state(),
                        row.address("phys"),
                        bytes,
                        row.address("alloc_align_mask"),
                        direction,
                        attributes,
                        BounceReason.FORCED_BY_CONFIG);
        Answer.Observed observed = Answer.observed();
        if (Refusals.isRefusal(physical)) {
            observed.put("err", ERROR);
        } else {
            state.hold(
                    row.number("id"), new Held.Slots(device.get(), pool.get(), physical, bytes, direction, attributes));
            observed.put("dma", Values.hex(physical)).put("bounced", true);
            slot(pool.get(), physical, observed);
        }
        return state.withCounters(observed);
    }

    private static Answer mapResource(LinuxState state, Row row) {
        Optional<DmaDevice> device = state.device();
        if (device.isEmpty()) {
            return state.closed();
        }
        DmaDirection direction = LinuxWords.direction(row);
        int attributes = LinuxWords.attributes(row);
        long bytes = row.number("size");
        long dma = device.get().mapResource(row.address("phys"), bytes, direction, attributes);
        Answer.Observed observed = Answer.observed();
        if (dma == DmaDevice.MAPPING_ERROR) {
            observed.put("err", ERROR);
        } else {
            state.hold(row.number("id"), new Held.Mapping(device.get(), dma, bytes, direction, attributes, true));
            observed.put("dma", Values.hex(dma)).put("bounced", false);
            place(state, device.get(), dma, false, observed);
        }
        return state.withCounters(observed);
    }

    private static Answer unmap(LinuxState state, Row row) {
        Held held = state.take(row.number("id"));
        switch (held) {
            case Held.Mapping mapping -> mapping.release((int) row.number("attrs", mapping.attributes()));
            case Held.Slots slots -> slots.release((int) row.number("attrs", slots.attributes()));
            case null, default -> {
                return LinuxState.lost(row);
            }
        }
        return state.withCounters(Answer.observed());
    }

    private static Answer sync(LinuxState state, Row row) {
        Held held = state.held(row.number("id"));
        DmaDirection direction = LinuxWords.direction(row);
        long bytes = row.number("size");
        boolean forCpu = forCpu(row);
        switch (held) {
            case Held.Mapping mapping -> {
                long at = mapping.dma() + row.number("off");
                if (forCpu) {
                    mapping.device().syncForCpu(at, bytes, direction);
                } else {
                    mapping.device().syncForDevice(at, bytes, direction);
                }
            }
            case Held.Slots slots -> {
                long at = slots.physical() + row.number("off");
                if (forCpu) {
                    slots.pool().syncForCpu(slots.device().state(), at, bytes, direction);
                } else {
                    slots.pool().syncForDevice(slots.device().state(), at, bytes, direction);
                }
            }
            case null, default -> {
                return LinuxState.lost(row);
            }
        }
        return state.withCounters(Answer.observed());
    }

    static boolean forCpu(Row row) {
        return switch (row.text("for")) {
            case "cpu" -> true;
            case "dev" -> false;
            default -> throw row.unusable("for", "cpu or dev");
        };
    }

    private static Answer need(LinuxState state, Row row) {
        return switch (state.held(row.number("id"))) {
            case Held.Mapping mapping ->
                Answer.observed()
                        .put("need_sync", mapping.device().needsSync(mapping.dma()))
                        .put("skip_sync", mapping.device().state().skipSync());
            case null, default -> LinuxState.lost(row);
        };
    }
}
