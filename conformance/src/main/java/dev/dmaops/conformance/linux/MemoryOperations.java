package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** Buffers in RAM, and looking at them and changing them from the CPU's and from the device's side. */
final class MemoryOperations {
    /** Arenas are at most as long as the page allocator's largest block: more than enough for any buffer in them. */
    private static final long LONGEST = 64 << 20;

    private MemoryOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        RowSchema contents = LinuxOperation.inputs("arena", "id", "seg", "off", "size", "seed")
                .withResults("crc", "head", "tail");
        all.put(
                "arena",
                new LinuxOperation(
                        LinuxOperation.inputs("arena", "zone", "order", "phys").withResults("bytes"),
                        MemoryOperations::arena));
        all.put("afill", new LinuxOperation(contents, (state, row) -> arenaBytes(state, row, true)));
        all.put("apeek", new LinuxOperation(contents, (state, row) -> arenaBytes(state, row, false)));
        all.put("poke", new LinuxOperation(contents, (state, row) -> deviceBytes(state, row, true)));
        all.put("peek", new LinuxOperation(contents, (state, row) -> deviceBytes(state, row, false)));
        all.put("sgpoke", new LinuxOperation(contents, (state, row) -> deviceBytes(state, row, true)));
        all.put("sgpeek", new LinuxOperation(contents, (state, row) -> deviceBytes(state, row, false)));
    }

    /** Where the pages are is an input; that they can be there, in that zone, is ours to show. */
    private static Answer arena(LinuxState state, Row row) {
        int order = row.count("order");
        if (order > state.replay().pages().maxOrder()) {
            throw row.unusable("order", "at most " + state.replay().pages().maxOrder());
        }
        long place = row.address("phys");
        state.replay().pages().placeNext(place);
        long given = state.replay().pages().allocate(order, LinuxWords.zone(row));
        state.replay().pages().forgetPlaces();
        if (given != place) {
            return Answer.observed().put("err", "no " + row.text("zone") + " pages at 0x" + Long.toHexString(place));
        }
        long bytes = state.replay().pages().pageBytes() << order;
        state.replay().machine().memory().zero(given, bytes);
        state.arena(row.number("arena"), given);
        return Answer.observed().put("bytes", bytes);
    }

    private static Answer arenaBytes(LinuxState state, Row row, boolean write) {
        Long start = state.arena(row.number("arena"));
        if (start == null) {
            return LinuxState.lost(row);
        }
        int size = size(row);
        MemorySegment memory = state.replay().machine().memory().segment(start + row.number("off"), size);
        if (write) {
            MemorySegment.copy(Contents.pattern(row.number("seed"), size), 0, memory, ValueLayout.JAVA_BYTE, 0, size);
        }
        return Contents.observe(memory.toArray(ValueLayout.JAVA_BYTE));
    }

    private static Answer deviceBytes(LinuxState state, Row row, boolean write) {
        Held held = state.held(row.number("id"));
        if (held == null) {
            return LinuxState.lost(row);
        }
        int size = size(row);
        long dma = row.number("off", 0)
                + switch (held) {
                    case Held.Mapping mapping -> mapping.dma();
                    case Held.Slots slots -> slots.physical();
                    case Held.Scatter scatter -> scatter.list().dmaAddress(row.count("seg"));
                    case Held.Memory memory -> memory.dma();
                    case Held.Block block -> block.block().dmaAddress().value();
                };
        DeviceSide side = new DeviceSide(state.replay(), held.device());
        if (write) {
            side.write(dma, Contents.pattern(row.number("seed"), size));
        }
        return Contents.observe(side.read(dma, size));
    }

    private static int size(Row row) {
        int size = row.count("size");
        if (size > LONGEST) {
            throw row.unusable("size", "at most " + LONGEST + " bytes");
        }
        return size;
    }
}
