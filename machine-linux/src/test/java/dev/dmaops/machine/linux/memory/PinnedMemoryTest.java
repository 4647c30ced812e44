package dev.dmaops.machine.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.LinearMap;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PinnedMemoryTest {
    private static final long START = 16 << 20;
    private static final long BYTES = 4 << 20;

    @Test
    void nativeAndPhysicalAddressesLieAFixedDistanceApart() {
        try (PinnedMemory memory = PinnedMemory.numbered(START, BYTES, -1)) {
            MemorySegment segment = memory.segment(START + 4096, 100);
            LinearMap linear = memory.linearMap();

            assertThat(memory.physicalAddress(segment)).isEqualTo(START + 4096);
            assertThat(segment.address() - linear.nativeBase()).isEqualTo(4096);
            assertThat(memory.nativeAddress(START + 4096, 100)).isEqualTo(segment.address());
            assertThat(memory.real()).isFalse();
        }
    }

    @Test
    void otherMemoryHasNoPhysicalAddress() {
        try (PinnedMemory memory = PinnedMemory.numbered(START, BYTES, -1);
                Arena arena = Arena.ofConfined()) {
            assertThat(memory.physicalAddress(arena.allocate(8))).isEqualTo(PhysicalMemory.NOT_MACHINE_MEMORY);
            assertThat(memory.physicalAddress(MemorySegment.ofArray(new byte[8])))
                    .isEqualTo(PhysicalMemory.NOT_MACHINE_MEMORY);
        }
    }

    @Test
    void noMethodLeadsOutOfTheMemory() {
        try (PinnedMemory memory = PinnedMemory.numbered(START, BYTES, -1)) {
            assertThat(memory.isRam(START + BYTES - 1, 1)).isTrue();
            assertThat(memory.isRam(START + BYTES - 1, 2)).isFalse();
            assertThat(memory.isRam(START - 1, 2)).isFalse();
            assertThat(memory.isRam(START, -1)).isFalse();
            assertThatThrownBy(() -> memory.zero(START + BYTES, 1))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessageContaining("is not all memory of the machine");
        }
    }

    @Test
    void bytesAreCopiedInOutAndWithin() {
        try (PinnedMemory memory = PinnedMemory.numbered(START, BYTES, -1)) {
            MemorySegment in = MemorySegment.ofArray(new byte[] {1, 2, 3, 4});
            MemorySegment out = MemorySegment.ofArray(new byte[4]);

            memory.copyIn(in, 1, START + 10, 3);
            memory.copy(START + 10, START + 4096, 3);
            memory.copyOut(START + 4096, out, 1, 3);

            assertThat(out.toArray(ValueLayout.JAVA_BYTE)).containsExactly(0, 2, 3, 4);
        }
    }

    @Test
    void closedMemoryIsRefusedRatherThanTouched() {
        PinnedMemory memory = PinnedMemory.numbered(START, BYTES, -1);
        memory.close();
        memory.close();

        assertThatThrownBy(() -> memory.segment(START, 1))
                .isInstanceOf(DmaUsageException.class)
                .satisfies(e -> assertThat(((DmaUsageException) e).code()).isEqualTo(DmaErrorCode.CLOSED));
    }

    @Test
    void aDeviceWithoutDriverIsExplained() {
        assertThat(DaxMemory.cure("dax0.0"))
                .isEqualTo(
                        "ENXIO (6) means that no driver is bound: echo dax0.0 > /sys/bus/dax/drivers/device_dax/new_id.");
    }
}
