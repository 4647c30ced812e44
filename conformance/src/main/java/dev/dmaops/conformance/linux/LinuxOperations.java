package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Every call that recordings hold. */
final class LinuxOperations {
    /** Ends the kinds of rows that place something where a timer decides. */
    static final String TIMED = " after lazy unmaps";

    /** Kinds of rows that place something at a DMA address. */
    static final Set<String> PLACING =
            Set.of("map", "mapsingle", "mapres", "sg", "sgt", "alloc", "allocpages", "allocnc", "palloc");

    private LinuxOperations() {}

    static Map<String, LinuxOperation> all() {
        Map<String, LinuxOperation> all = new HashMap<>();
        MachineOperations.addTo(all);
        DeviceOperations.addTo(all);
        MemoryOperations.addTo(all);
        MappingOperations.addTo(all);
        ScatterOperations.addTo(all);
        AllocationOperations.addTo(all);
        PoolOperations.addTo(all);
        all.put("note", new LinuxOperation(LinuxOperation.inputs("text"), (state, row) -> Answer.NOT_ASKED));
        PLACING.forEach(kind ->
                all.put(kind + TIMED, Objects.requireNonNull(all.get(kind)).timed()));
        return Map.copyOf(all);
    }
}
