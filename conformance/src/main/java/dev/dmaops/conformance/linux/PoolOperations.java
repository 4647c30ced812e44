package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaMappingException;
import dev.dmaops.api.DmaPool;
import dev.dmaops.api.DmaPoolBlock;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.Values;
import java.util.Map;
import java.util.Optional;

/** Pools of small coherent blocks. */
final class PoolOperations {
    private static final String NULL = "NULL";

    private PoolOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        all.put(
                "pool",
                new LinuxOperation(
                        LinuxOperation.inputs("pool", "size", "align", "boundary")
                                .withResults("err"),
                        PoolOperations::create));
        all.put(
                "palloc",
                new LinuxOperation(
                        LinuxOperation.inputs("pool", "id").withResults("dma", "err"), PoolOperations::allocate));
        all.put("pdestroy", new LinuxOperation(LinuxOperation.inputs("pool"), PoolOperations::destroy));
    }

    private static Answer create(LinuxState state, Row row) {
        Optional<DmaDevice> device = state.device();
        if (device.isEmpty()) {
            return state.closed();
        }
        long number = row.number("pool");
        try {
            DmaPool pool = device.get()
                    .createPool("pool" + number, row.number("size"), row.number("align"), row.number("boundary"));
            state.dmaPool(number, new LinuxState.OwnedPool(device.get(), pool));
            return Answer.observed();
        } catch (DmaUsageException refused) {
            return Answer.observed().put("err", NULL);
        }
    }

    /** A fresh page's first block is at its start, so the page of the block says where a page would have to be. */
    private static Answer allocate(LinuxState state, Row row) {
        LinuxState.OwnedPool owned = state.dmaPool(row.number("pool"));
        if (owned == null) {
            return LinuxState.lost(row);
        }
        DmaDevice device = owned.device();
        if (row.has("dma") && !device.choice().iommuDomain().translates()) {
            long page = row.address("dma") & -state.replay().pages().pageBytes();
            state.replay().pages().placeNext(device.state().ranges().toPhysical(page));
        }
        Answer.Observed observed = Answer.observed();
        try {
            DmaPoolBlock block = owned.pool().allocate();
            state.hold(row.number("id"), new Held.Block(device, owned.pool(), block));
            observed.put("dma", Values.hex(block.dmaAddress().value()));
        } catch (DmaMappingException refused) {
            observed.put("err", NULL);
        }
        state.replay().pages().forgetPlaces();
        return observed;
    }

    private static Answer destroy(LinuxState state, Row row) {
        LinuxState.OwnedPool owned = state.takeDmaPool(row.number("pool"));
        if (owned != null) {
            owned.pool().close();
        }
        return Answer.NOT_ASKED;
    }
}
