package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Answer;
import java.util.HashMap;
import java.util.Map;

/** Every call that recordings hold. */
final class LinuxOperations {
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
        return Map.copyOf(all);
    }
}
