package dev.dmaops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a stretch ends when its pieces do not want to go. What a real IOMMU does is tested with the IOMMU backend. */
class IovaStretchTest {
    private final BrokenLinks links = new BrokenLinks();
    private final IovaStretch stretch = new IovaStretch(
            new DmaDevice(
                    new DmaDeviceState(DeviceLimits.DEFAULT, "dev0", false),
                    new RecordingOps(),
                    new BackendChoice(
                            "dev0",
                            "iommu",
                            BounceMode.NONE,
                            PoolKind.NONE,
                            IommuDomainType.DMA,
                            SetMaskOutcome.OK,
                            List.of()),
                    new LinearRam(),
                    4096),
            links,
            BrokenLinks.FIRST,
            12288);

    @BeforeEach
    void threePiecesAreLinked() {
        for (long offset = 0; offset < 12288; offset += 4096) {
            stretch.link(offset, offset, 4096, DmaDirection.TO_DEVICE, 0);
        }
    }

    private void gone(long offset, String what) {
        links.failures.put(BrokenLinks.FIRST + offset, new DmaUsageException(DmaErrorCode.BUFFER_GONE, what));
    }

    @Test
    void memoryThatIsGoneKeepsNothingLinkedAndTheFirstIsReported() {
        gone(8192, "the last");
        gone(0, "the first");

        assertThatThrownBy(stretch::close)
                .hasMessageContaining("the last")
                .hasSuppressedException(links.failures.get(BrokenLinks.FIRST));
        assertThat(links.calls).containsExactly("unlink 8192", "unlink 4096", "unlink 0", "release 0 12288");
    }

    @Test
    void anyOtherFailureKeepsTheAddressesBecauseMemoryMayStillBeBehindThem() {
        gone(8192, "the last");
        links.failures.put(BrokenLinks.FIRST + 4096, new IllegalStateException("the hook of the caches failed"));

        assertThatThrownBy(stretch::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the hook of the caches failed")
                .hasSuppressedException(links.failures.get(BrokenLinks.FIRST + 8192));
        assertThat(links.calls).containsExactly("unlink 8192", "unlink 4096", "unlink 0");
        stretch.close();
        assertThat(links.calls).hasSize(3);
    }
}
