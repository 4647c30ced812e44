package dev.dmaops.machine.linux.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SystemCallsTest {
    @TempDir
    private Path folder;

    @Test
    void aCallThatFailsGivesTheErrorNumberNegated() {
        assertThat(SystemCalls.open(folder.resolve("absent").toString(), SystemCalls.O_RDONLY))
                .isEqualTo(-Errno.ENOENT);
        assertThat(SystemCalls.ioctl(-1, 0x3B64, 0)).isEqualTo(-9);
        assertThat(SystemCalls.mmap(0, 0, 0, SystemCalls.MAP_PRIVATE, -1, 0)).isEqualTo(-9);
    }

    @Test
    void aFailedCallIsReportedWithCallErrorNumberAndCure() {
        assertThatThrownBy(
                        () -> HostCall.require(-Errno.EBUSY, "group 1", "open /dev/vfio/1", "Another process has it."))
                .isInstanceOf(DmaHostException.class)
                .hasMessage("DMA-5001 group 1: open /dev/vfio/1 failed with EBUSY (16). Another process has it.")
                .satisfies(e -> assertThat(((DmaHostException) e).errno()).isEqualTo(16))
                .satisfies(e -> assertThat(((DmaHostException) e).code()).isEqualTo(DmaErrorCode.HOST_CALL));
    }

    @Test
    void anAddressThatLooksNegativeIsNoError() {
        assertThat(HostCall.require(-4096L, "x", "mmap", "")).isEqualTo(-4096L);
    }

    @Test
    void filesAreReadAndWrittenAtOffsets() throws IOException {
        Path file = folder.resolve("file");
        Files.write(file, new byte[16]);
        int descriptor = SystemCalls.open(file.toString(), SystemCalls.O_RDWR);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_SHORT, (short) 0x1234);

            assertThat(SystemCalls.write(descriptor, word, 4)).isEqualTo(2);
            word.fill((byte) 0);
            assertThat(SystemCalls.read(descriptor, word, 4)).isEqualTo(2);
            assertThat(word.get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 0x1234);
        } finally {
            assertThat(SystemCalls.close(descriptor)).isZero();
        }
        assertThat(Files.readAllBytes(file)).startsWith(0, 0, 0, 0, 0x34, 0x12);
    }

    @Test
    void anEventCounterWithoutEventsIsNotReadable() {
        int counter = SystemCalls.eventCounter();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(8, 8);

            assertThat(SystemCalls.awaitReadable(counter, request, 0)).isZero();
            assertThat(SystemCalls.read(counter, request)).isEqualTo(-Errno.EAGAIN);
        } finally {
            SystemCalls.close(counter);
        }
    }

    @Test
    void mappedMemoryIsMemory() {
        long address = SystemCalls.mmap(
                0, 8192, SystemCalls.PROT_READ_WRITE, SystemCalls.MAP_PRIVATE | SystemCalls.MAP_ANONYMOUS, -1, 0);
        assertThat(address).isPositive();
        assertThat(SystemCalls.munmap(address, 8192)).isZero();
    }
}
