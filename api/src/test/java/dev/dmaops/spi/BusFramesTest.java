package dev.dmaops.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Frames 0x100 to 0x103 are machine frames 0x5000, 0x5001, 0x7000, 0x7001; all others are their own. */
class BusFramesTest {
    private final BusFrames frames =
            new MapFrames(Map.of(0x100L, 0x5000L, 0x101L, 0x5001L, 0x102L, 0x7000L, 0x103L, 0x7001L));

    @Test
    void addressKeepsItsPlaceInTheFrame() {
        assertThat(frames.toBusAddress(0x101234)).isEqualTo(0x5001234);
        assertThat(frames.toGuestAddress(0x5001234)).isEqualTo(0x101234);
        assertThat(frames.toBusAddress(0x200fff)).isEqualTo(0x200fff);
    }

    @Test
    void rangeWithinOneFrameNeverStraddles() {
        assertThat(frames.straddles(0x101000, 4096)).isFalse();
        assertThat(frames.straddles(0x101fff, 1)).isFalse();
        assertThat(frames.straddles(0x102800, 0)).isFalse();
    }

    @Test
    void rangeOverTwoFramesStraddlesWhenTheyAreNotNeighbours() {
        assertThat(frames.straddles(0x100800, 4096)).isFalse();
        assertThat(frames.straddles(0x101fff, 2)).isTrue();
        assertThat(frames.straddles(0x100000, 0x4000)).isTrue();
        assertThat(frames.straddles(0x102000, 0x2000)).isFalse();
    }

    @Test
    void alignmentIsLostOnlyWhenTheGuestHasIt() {
        assertThat(frames.losesAlignment(0x100000, 0x2000, 4096)).isFalse();
        assertThat(frames.losesAlignment(0x101000, 0x2000, 4096))
                .as("not aligned in the guest")
                .isFalse();
        BusFrames odd = new MapFrames(Map.of(0x100L, 0x5001L, 0x101L, 0x5002L));
        assertThat(odd.losesAlignment(0x100000, 0x2000, 4096)).isTrue();
        assertThat(odd.losesAlignment(0x100000, 0x1000, 4096))
                .as("one page is always aligned")
                .isFalse();
        assertThat(odd.losesAlignment(0x100000, 0x1000, 65536))
                .as("a page is 64 KiB")
                .isTrue();
    }

    private record MapFrames(Map<Long, Long> toBus) implements BusFrames {
        @Override
        public long toBus(long pfn) {
            return toBus.getOrDefault(pfn, pfn);
        }

        @Override
        public long toGuest(long bfn) {
            return toBus.entrySet().stream()
                    .filter(entry -> entry.getValue() == bfn)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(bfn);
        }

        @Override
        public long toLocal(long bfn) {
            return toGuest(bfn);
        }

        @Override
        public boolean isValid(long pfn) {
            return true;
        }
    }
}
