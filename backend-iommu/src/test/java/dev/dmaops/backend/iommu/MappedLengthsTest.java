package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedLengthsTest {
    private final MappedLengths lengths = new MappedLengths();

    @Test
    void onlyTheSameLengthAndOffsetAreTakenAndOnlyOnce() {
        long value = MappedLengths.value(5000, 96);
        lengths.put(0xffffe, value);
        assertThat(lengths.take(0xffffe, MappedLengths.value(4096, 96))).isFalse();
        assertThat(lengths.take(0xffffe, MappedLengths.value(5000, 0))).isFalse();
        assertThat(lengths.take(0xfffff, value)).isFalse();
        assertThat(lengths.take(0xffffe, value)).isTrue();
        assertThat(lengths.take(0xffffe, value)).isFalse();
    }

    @Test
    void longestMappingAndLargestOffsetFitTogether() {
        long value = MappedLengths.value(MappedLengths.LONGEST, 65535);
        assertThat(MappedLengths.bytes(value)).isEqualTo(MappedLengths.LONGEST);
        assertThat(MappedLengths.offset(value)).isEqualTo(65535);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void agreesWithAMapWhereverTheFramesAre(long seed) {
        Random random = new Random(seed);
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long frame = ((random.nextLong() >>> (12 + random.nextInt(36))) & ~7L) | random.nextInt(8);
            long value = MappedLengths.value(1 + random.nextInt(1 << 20), random.nextInt(4096));
            if (random.nextBoolean()) {
                lengths.put(frame, value);
                model.put(frame, value);
            } else if (!model.isEmpty()) {
                Map.Entry<Long, Long> known = model.entrySet().iterator().next();
                long start = known.getKey();
                long length = known.getValue();
                model.remove(start);
                assertThat(lengths.take(start, length)).isTrue();
            }
        }
        model.forEach((frame, value) -> assertThat(lengths.at(frame)).isEqualTo(value));
    }

    @Test
    void ofSeveralThreadsOneTakesAMapping() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 2_000; round++) {
                long frame = round * 4099L;
                long value = MappedLengths.value(4096, 0);
                lengths.put(frame, value);
                Future<Boolean> first = threads.submit(() -> lengths.take(frame, value));
                Future<Boolean> second = threads.submit(() -> lengths.take(frame, value));
                assertThat(first.get() ^ second.get()).isTrue();
            }
        }
    }
}
