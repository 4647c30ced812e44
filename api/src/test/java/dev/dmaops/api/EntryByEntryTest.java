package dev.dmaops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.spi.EntryByEntry;
import org.junit.jupiter.api.Test;

/** How a list ends when entries do not want to go. Mapping lists is tested with the backends. */
class EntryByEntryTest {
    private final RecordingOps ops = new RecordingOps();
    private final ScatterList list =
            new ScatterList().addPhysical(0, 16).addPhysical(64, 16).addPhysical(128, 16);

    private RuntimeException fails(long physical, DmaErrorCode code) {
        DmaUsageException failure = new DmaUsageException(code, "entry at " + physical);
        ops.unmapFailures.put(physical + RecordingOps.OFFSET, failure);
        return failure;
    }

    @Test
    void entriesWhoseMemoryIsGoneKeepNoOtherMappedAndTheFirstIsReported() {
        EntryByEntry.map(ops, list, DmaDirection.FROM_DEVICE, 0);
        RuntimeException first = fails(0, DmaErrorCode.BUFFER_GONE);
        fails(64, DmaErrorCode.BUFFER_GONE);

        assertThatThrownBy(() -> EntryByEntry.unmap(ops, list, DmaDirection.FROM_DEVICE, 0))
                .isSameAs(first);
        assertThat(ops.calls).filteredOn(call -> call.startsWith("unmap")).hasSize(3);
    }

    @Test
    void aListThatIsNotMappedIsReportedAtItsFirstEntry() {
        EntryByEntry.map(ops, list, DmaDirection.FROM_DEVICE, 0);
        RuntimeException first = fails(0, DmaErrorCode.NOT_MAPPED);

        assertThatThrownBy(() -> EntryByEntry.unmap(ops, list, DmaDirection.FROM_DEVICE, 0))
                .isSameAs(first);
        assertThat(ops.calls).filteredOn(call -> call.startsWith("unmap")).hasSize(1);
    }
}
