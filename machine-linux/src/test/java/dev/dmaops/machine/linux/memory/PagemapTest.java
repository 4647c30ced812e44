package dev.dmaops.machine.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import org.junit.jupiter.api.Test;

class PagemapTest {
    private static final long PRESENT = 1L << 63;

    @Test
    void theFrameAndTheOffsetInThePageMakeTheAddress() {
        assertThat(Pagemap.decode(PRESENT | 0x107a00L, 0x7f0000000123L)).isEqualTo(0x107a00123L);
    }

    @Test
    void bitsAboveTheFrameAreFlags() {
        assertThat(Pagemap.decode(PRESENT | 1L << 55 | 1L << 56 | 0x5L, 0)).isEqualTo(0x5000);
    }

    @Test
    void aFrameThatReadsZeroIsAnError() {
        assertThatThrownBy(() -> Pagemap.decode(PRESENT, 0x1000))
                .isInstanceOf(DmaHostException.class)
                .hasMessageContaining("shows page frame 0 for 0x1000")
                .hasMessageContaining("CAP_SYS_ADMIN")
                .satisfies(e -> assertThat(((DmaHostException) e).code()).isEqualTo(DmaErrorCode.HOST_PAGEMAP_HIDDEN));
    }

    @Test
    void aPageThatIsNotPresentIsAnError() {
        assertThatThrownBy(() -> Pagemap.decode(0x107a00L, 0x1000))
                .isInstanceOf(DmaHostException.class)
                .hasMessageContaining("is not present");
    }
}
