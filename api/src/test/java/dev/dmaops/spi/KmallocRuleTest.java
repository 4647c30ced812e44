package dev.dmaops.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDirection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KmallocRuleTest {
    @ParameterizedTest
    @CsvSource({
        "0, 64, false", "1, 64, true", "8, 64, true", "32, 64, true", "33, 64, false", "64, 64, false",
        "65, 64, true", "96, 64, true", "97, 64, false", "100, 64, false", "128, 64, false", "130, 64, false",
        "192, 64, false", "193, 64, false", "130, 128, true", "128, 128, false", "193, 128, false", "255, 128, false",
        "256, 128, false", "1000, 128, false", "33, 32, false", "65, 32, false", "1, 1, false"
    })
    void onlySizesWhoseBucketIsNoWholeCacheLinesBounce(long bytes, int line, boolean bounces) {
        assertThat(KmallocRule.needsBounce(bytes, DmaDirection.FROM_DEVICE, line))
                .isEqualTo(bounces);
        assertThat(KmallocRule.needsBounce(bytes, DmaDirection.BIDIRECTIONAL, line))
                .isEqualTo(bounces);
        assertThat(KmallocRule.needsBounce(bytes, DmaDirection.TO_DEVICE, line)).isFalse();
    }
}
