package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplayedPagesTest {
    private final SimMachine machine = SimMachine.builder().open();
    private final ReplayedPages pages = new ReplayedPages(machine.pages());

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void answersComeInTheOrderOfTheScript() {
        pages.script(0x1234000);
        pages.script(PageAllocator.NO_PAGES);
        pages.script(0x8000);
        pages.scriptAtBoot(0x7bfe0000);
        assertThat(pages.reserveAtBoot(64 << 20, -1L)).isEqualTo(0x7bfe0000);
        assertThat(pages.allocate(3, Zone.DMA32)).isEqualTo(0x1234000);
        assertThat(pages.allocate(0, Zone.DMA32)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.allocate(0, Zone.DMA)).isEqualTo(0x8000);
        assertThat(pages.unused()).isZero();
        pages.free(0x8000, 0);
        pages.free(0x1234000, 3);
        pages.releaseAtBoot(0x7bfe0000, 64 << 20);
        assertThat(pages.live()).isZero();
    }

    @Test
    void allocationBeyondTheScriptIsAnErrorAndNoAddress() {
        assertThatThrownBy(() -> pages.allocate(2, Zone.NORMAL))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage(
                        "DMA-3013 replayed pages: cannot allocate order=2 zone=NORMAL: the script has no more answers. The"
                                + " replayed code allocates more than the recording; script one answer for each allocation.");
        assertThatThrownBy(() -> pages.reserveAtBoot(4096, -1L)).isInstanceOf(DmaUsageException.class);
    }

    @Test
    void freeingWhatWasNotGivenIsRefused() {
        pages.script(0x8000);
        pages.allocate(1, Zone.NORMAL);
        assertThatThrownBy(() -> pages.free(0x8000, 0)).isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> pages.free(0x9000, 1)).isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> pages.releaseAtBoot(0x8000, 8192)).isInstanceOf(DmaUsageException.class);
        assertThat(pages.live()).isEqualTo(1);
    }

    @Test
    void geometryIsTheMachines() {
        assertThat(pages.pageBytes()).isEqualTo(4096);
        assertThat(pages.maxOrder()).isEqualTo(10);
        assertThat(pages.maxPfn()).isEqualTo(1 << 18);
        assertThat(pages.zoneDmaLimit()).isZero();
        assertThat(pages.hasZone(Zone.NORMAL)).isTrue();
    }
}
