package dev.dmaops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DmaPoolTest {
    private final RecordingOps ops = new RecordingOps();
    private final DmaDevice device = new DmaDevice(
            new DmaDeviceState(DeviceLimits.DEFAULT, "dev0", false),
            ops,
            new BackendChoice(
                    "dev0",
                    "direct",
                    BounceMode.NONE,
                    PoolKind.NONE,
                    IommuDomainType.NONE,
                    SetMaskOutcome.OK,
                    List.of()),
            new LinearRam(),
            4096);

    private static long offset(DmaPoolBlock block) {
        return block.dmaAddress().value() & 0xfff;
    }

    @Test
    void aFreshPageIsHandedOutInAscendingOrder() {
        DmaPool pool = device.createPool("ring", 1000, 64, 0);
        assertThat(pool.blockBytes()).isEqualTo(1024);
        assertThat(List.of(offset(pool.allocate()), offset(pool.allocate()), offset(pool.allocate())))
                .containsExactly(0L, 1024L, 2048L);
    }

    @Test
    void freedBlocksComeBackLastInFirstOut() {
        DmaPool pool = device.createPool("ring", 64, 64, 0);
        DmaPoolBlock first = pool.allocate();
        DmaPoolBlock second = pool.allocate();
        pool.free(first);
        pool.free(second);
        assertThat(pool.allocate()).isSameAs(second);
        assertThat(pool.allocate()).isSameAs(first);
        assertThat(offset(pool.allocate())).isEqualTo(128);
    }

    @Test
    void noBlockCrossesTheBoundary() {
        DmaPool pool = device.createPool("ring", 96, 32, 256);
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            offsets.add(offset(pool.allocate()));
        }
        assertThat(offsets).containsExactly(0L, 96L, 256L, 352L, 512L);
    }

    @Test
    void blocksHaveAtLeastSixteenBytes() {
        assertThat(device.createPool("tiny", 1, 0, 0).blockBytes()).isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({"0, 8, 0", "64, 3, 0", "64, 8, 48", "64, 8, 32", "2147483648, 8, 0", "-1, 8, 0"})
    void parametersThatCannotBeAreRejected(long bytes, long alignment, long boundary) {
        assertThatThrownBy(() -> device.createPool("bad", bytes, alignment, boundary))
                .isInstanceOfSatisfying(
                        DmaUsageException.class, e -> assertThat(e.code()).isEqualTo(DmaErrorCode.INVALID_POOL));
    }

    @Test
    void doubleFreeAndForeignBlocksAreRejected() {
        DmaPool pool = device.createPool("ring", 64, 64, 0);
        DmaPool other = device.createPool("other", 64, 64, 0);
        DmaPoolBlock block = pool.allocate();
        assertThatThrownBy(() -> other.free(block)).isInstanceOf(DmaUsageException.class);
        pool.free(block);
        assertThatThrownBy(() -> pool.free(block)).hasMessageStartingWith("DMA-3011 dev0: block dma=");
        assertThat(pool.liveBlocks()).isZero();
    }

    @Test
    void closingWithLiveBlocksKeepsTheirPages() {
        DmaPool pool = device.createPool("ring", 64, 64, 0);
        DmaPoolBlock block = pool.allocateZeroed();
        assertThat(block.segment().byteSize()).isEqualTo(64);
        assertThatThrownBy(pool::close)
                .hasMessage("DMA-3012 dev0: DMA pool ring closed with blocks=1 in use; its pages are kept."
                        + " Free every block first.");
        assertThat(ops.calls).isEmpty();
        assertThatThrownBy(pool::allocate).hasMessageStartingWith("DMA-3007 dev0: DMA pool ring is closed.");
    }

    @Test
    void closingGivesEveryPageBack() {
        DmaPool pool = device.createPool("ring", 2048, 64, 0);
        List<DmaPoolBlock> blocks = List.of(pool.allocate(), pool.allocate(), pool.allocate());
        blocks.forEach(pool::free);
        pool.close();
        pool.close();
        assertThat(ops.calls).containsExactly("freeCoherent " + 0x8000, "freeCoherent " + 0x9000);
    }
}
