package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlotPoolContentTest {
    private static final BounceReason REASON = BounceReason.ADDRESS_ABOVE_LIMIT;

    private final TestPool test = TestPool.of(256, 1);

    private byte[] bytes(long physical, int length) {
        return test.machine.memory().segment(physical, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private void fill(long physical, int length, int value) {
        test.machine.memory().segment(physical, length).fill((byte) value);
    }

    private static byte[] all(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(DmaDirection.class)
    void everyMapCopiesTheBufferInWhateverDirectionAndAttributesSay(DmaDirection direction) {
        fill(TestPool.BUFFERS, 3000, 7);
        long tlb =
                test.pool.map(test.device, TestPool.BUFFERS, 3000, 0, direction, DmaAttributes.SKIP_CPU_SYNC, REASON);
        assertThat(bytes(tlb, 3000)).isEqualTo(all(3000, 7));
        assertThat(test.pool.reason(tlb)).isEqualTo(REASON);
    }

    @ParameterizedTest
    @EnumSource(DmaDirection.class)
    void unmapCopiesBackOnlyWhatTheDeviceMayHaveWritten(DmaDirection direction) {
        long tlb = test.pool.map(test.device, TestPool.BUFFERS, 100, 0, direction, 0, REASON);
        fill(tlb, 40, 9);
        test.pool.unmap(test.device, tlb, 100, direction, 0);
        assertThat(bytes(TestPool.BUFFERS, 40)).isEqualTo(all(40, direction == DmaDirection.TO_DEVICE ? 0 : 9));
        assertThat(bytes(TestPool.BUFFERS + 40, 60)).isEqualTo(all(60, 0));
    }

    @Test
    void skippingTheSyncAtUnmapDiscardsWhatTheDeviceWrote() {
        long tlb = test.pool.map(test.device, TestPool.BUFFERS, 100, 0, DmaDirection.FROM_DEVICE, 0, REASON);
        fill(tlb, 100, 9);
        test.pool.unmap(test.device, tlb, 100, DmaDirection.FROM_DEVICE, DmaAttributes.SKIP_CPU_SYNC);
        assertThat(bytes(TestPool.BUFFERS, 100)).isEqualTo(all(100, 0));
    }

    @Test
    void theRestOfASlotKeepsOldBytesAsInLinux() {
        fill(TestPool.BUFFERS, 2048, 5);
        long first = test.pool.map(test.device, TestPool.BUFFERS, 2048, 0, DmaDirection.TO_DEVICE, 0, REASON);
        test.pool.unmap(test.device, first, 2048, DmaDirection.TO_DEVICE, 0);
        fill(TestPool.BUFFERS, 100, 1);
        for (int i = 0; i < 256; i++) {
            long tlb = test.pool.map(test.device, TestPool.BUFFERS, 100, 0, DmaDirection.TO_DEVICE, 0, REASON);
            if (tlb == first) {
                assertThat(bytes(tlb, 100)).isEqualTo(all(100, 1));
                assertThat(bytes(tlb + 100, 1948)).isEqualTo(all(1948, 5));
                return;
            }
        }
        throw new AssertionError("the first slot never came back");
    }

    @Test
    void thePolicyZeroClearsEverythingAroundTheMapping() {
        try (TestPool zeroing = TestPool.zeroing(128)) {
            checkClearedAround(zeroing, TestPool.device(0xfff));
        }
    }

    @Test
    void theRestIsAlwaysClearedForUntrustedDevices() {
        DmaDeviceState untrusted = new DmaDeviceState(
                new DeviceLimits(
                        -1L,
                        -1L,
                        0,
                        TestPool.device(0).ranges(),
                        true,
                        TestPool.device(0xfff).constraints()),
                "port",
                true);
        checkClearedAround(test, untrusted);
    }

    private static void checkClearedAround(TestPool pool, DmaDeviceState device) {
        pool.machine.memory().segment(TestPool.START, pool.pool.bytes()).fill((byte) 0x55);
        pool.machine.memory().segment(TestPool.BUFFERS + 0xe40, 0x300).fill((byte) 3);
        long tlb = pool.pool.map(device, TestPool.BUFFERS + 0xe40, 0x300, 0xfff, DmaDirection.FROM_DEVICE, 0, REASON);
        assertThat(tlb).isEqualTo(TestPool.START + 0xe40);
        byte[] slots = pool.machine.memory().segment(TestPool.START, 0x2000).toArray(ValueLayout.JAVA_BYTE);
        assertThat(Arrays.copyOfRange(slots, 0, 0xe40)).containsOnly(0);
        assertThat(Arrays.copyOfRange(slots, 0xe40, 0x1140)).containsOnly(3);
        assertThat(Arrays.copyOfRange(slots, 0x1140, 0x2000)).containsOnly(0);
        assertThat(pool.machine.memory().segment(TestPool.START + 0x2000, 1).get(ValueLayout.JAVA_BYTE, 0))
                .isEqualTo((byte) 0x55);
    }

    @Test
    void javaArraysAreCopiedInAndBack() {
        byte[] array = new byte[5000];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) i;
        }
        byte[] before = array.clone();
        MemorySegment buffer = MemorySegment.ofArray(array).asSlice(10, 4980);
        long tlb = test.pool.mapMemory(test.device, buffer, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(bytes(tlb, 4980)).isEqualTo(Arrays.copyOfRange(before, 10, 4990));
        fill(tlb + 2048, 100, 77);
        test.pool.syncForCpu(test.device, tlb + 2048, 50, DmaDirection.BIDIRECTIONAL);
        assertThat(Arrays.copyOfRange(array, 10 + 2048, 10 + 2098)).isEqualTo(all(50, 77));
        assertThat(array[10 + 2098]).isEqualTo(before[10 + 2098]);
        array[11] = 99;
        test.pool.syncForDevice(test.device, tlb, 2, DmaDirection.BIDIRECTIONAL);
        assertThat(bytes(tlb, 2)).containsExactly(before[10], 99);
        test.pool.unmap(test.device, tlb, 4980, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(Arrays.copyOfRange(array, 10 + 2048, 10 + 2148)).isEqualTo(all(100, 77));
        assertThat(test.pool.reason(tlb)).isNull();
        SlotPoolInvariants.check(test.pool);
    }

    @Test
    void otherNativeMemoryKeepsTheAddressBitsThatTheDeviceNeeds() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8192, 4096).asSlice(0x234, 600);
            long tlb = test.pool.mapMemory(TestPool.device(0xfff), buffer, DmaDirection.TO_DEVICE, 0);
            assertThat(tlb & 0xfff).isEqualTo(0x234);
            assertThat(test.pool.reason(tlb)).isEqualTo(BounceReason.NOT_DEVICE_MEMORY);
        }
    }

    @Test
    void aSyncPastTheEndOfAnArrayIsCutToTheArray() {
        byte[] array = new byte[100];
        long tlb = test.pool.mapMemory(test.device, MemorySegment.ofArray(array), DmaDirection.BIDIRECTIONAL, 0);
        fill(tlb, 200, 4);
        test.pool.syncForCpu(test.device, tlb + 99, 2, DmaDirection.BIDIRECTIONAL);
        assertThat(array[99]).isEqualTo((byte) 4);
        assertThat(Arrays.copyOf(array, 99)).containsOnly(0);
        assertThat(test.log).containsExactly("Buffer overflow detected. Allocation size: 1. Mapping size: 2.");
    }

    @Test
    void aSyncInFrontOfAnArrayIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8192, 4096).asSlice(0x234, 600);
            DmaDeviceState device = TestPool.device(0xfff);
            long tlb = test.pool.mapMemory(device, buffer, DmaDirection.BIDIRECTIONAL, 0);
            assertThatThrownBy(() -> test.pool.syncForCpu(device, tlb - 1, 2, DmaDirection.BIDIRECTIONAL))
                    .isInstanceOfSatisfying(
                            DmaUsageException.class,
                            e -> assertThat(e.code()).isEqualTo(DmaErrorCode.SYNC_OUTSIDE_MAPPING));
        }
    }

    @Test
    void aSyncInFrontOfMachineMemoryCopiesWhatIsThereAsLinuxDoes() {
        DmaDeviceState device = TestPool.device(0xfff);
        long tlb = test.pool.map(device, TestPool.BUFFERS + 0x100, 100, 0, DmaDirection.BIDIRECTIONAL, 0, REASON);
        fill(tlb - 16, 16, 3);
        test.pool.syncForCpu(device, tlb - 16, 16, DmaDirection.BIDIRECTIONAL);
        assertThat(bytes(TestPool.BUFFERS + 0xf0, 16)).isEqualTo(all(16, 3));
    }

    @Test
    void aSyncPastTheEndIsCutAndLoggedOnceAsLinuxDoes() {
        long tlb = test.pool.map(test.device, TestPool.BUFFERS, 100, 0, DmaDirection.BIDIRECTIONAL, 0, REASON);
        fill(tlb, 300, 6);
        test.pool.syncForCpu(test.device, tlb, 200, DmaDirection.BIDIRECTIONAL);
        test.pool.syncForCpu(test.device, tlb, 300, DmaDirection.BIDIRECTIONAL);
        assertThat(test.log).containsExactly("Buffer overflow detected. Allocation size: 100. Mapping size: 200.");
        assertThat(bytes(TestPool.BUFFERS, 100)).isEqualTo(all(100, 6));
        assertThat(bytes(TestPool.BUFFERS + 100, 200)).isEqualTo(all(200, 0));
    }

    @Test
    void theFirstBounceEndsSkippingOfSyncs() {
        test.device.skipSync(true);
        long tlb = test.pool.map(test.device, TestPool.BUFFERS, 1, 0, DmaDirection.TO_DEVICE, 0, REASON);
        assertThat(tlb).isEqualTo(TestPool.START);
        assertThat(test.device.skipSync()).isFalse();
    }

    @Test
    void anOriginalThatIsNoMemoryTakesNoSlots() {
        assertThatThrownBy(
                        () -> test.pool.map(test.device, 0x9000_0000_0000L, 100, 0, DmaDirection.TO_DEVICE, 0, REASON))
                .isInstanceOf(DmaUsageException.class);
        assertThat(test.pool.statistics().usedSlots()).isZero();
        SlotPoolInvariants.check(test.pool);
    }

    @Test
    void bytesAreCountedByDirection() {
        long tlb = test.pool.map(test.device, TestPool.BUFFERS, 3000, 0, DmaDirection.BIDIRECTIONAL, 0, REASON);
        test.pool.syncForDevice(test.device, tlb, 10, DmaDirection.BIDIRECTIONAL);
        test.pool.syncForCpu(test.device, tlb, 20, DmaDirection.BIDIRECTIONAL);
        test.pool.unmap(test.device, tlb, 3000, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(test.pool.statistics().bytesToDevice()).isEqualTo(3010);
        assertThat(test.pool.statistics().bytesToCpu()).isEqualTo(3020);
        assertThat(test.pool.statistics().mappings()).isEqualTo(1);
    }
}
