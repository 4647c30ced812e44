package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.Refusals;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlotExtractsTest {
    static List<Path> files() {
        return Extracts.named("swiotlb-\\d+\\.json");
    }

    @ParameterizedTest
    @MethodSource("files")
    void slotsAndCountersAreThoseOfTheKernel(Path file) {
        JsonNode root = Extracts.read(file);
        JsonNode shape = root.get("pool");
        DmaConstraints constraints = new DmaConstraints(
                65536,
                Long.parseUnsignedLong(shape.get("segBoundary").asText(), 16),
                shape.get("minAlignMask").asLong());
        DmaDeviceState device = TestPool.device(constraints, DmaRangeMap.IDENTITY);
        Map<Long, Long> sizes = new HashMap<>();
        int row = 0;
        try (TestPool test = TestPool.at(
                shape.get("start").asLong(),
                shape.get("nslabs").asInt(),
                shape.get("nareas").asInt())) {
            for (JsonNode op : root.get("ops")) {
                String what = file.getFileName() + " row " + row++ + " " + op;
                long recorded = op.get("tlb").asLong();
                if (op.get("op").asText().equals("map")) {
                    long size = op.get("size").asLong();
                    test.runOn(op.get("cpu").asInt());
                    long tlb = test.pool.map(
                            device,
                            op.get("orig").asLong(),
                            size,
                            op.get("allocAlignMask").asLong(),
                            DmaDirection.TO_DEVICE,
                            0,
                            BounceReason.FORCED_BY_CONFIG);
                    assertThat(Refusals.isRefusal(tlb) ? -1 : tlb).as(what).isEqualTo(recorded);
                    sizes.put(tlb, size);
                } else {
                    test.pool.unmap(device, recorded, sizes.getOrDefault(recorded, -1L), DmaDirection.TO_DEVICE, 0);
                }
                assertThat(test.pool.statistics().usedSlots())
                        .as(what)
                        .isEqualTo(op.get("used").asInt());
                assertThat(test.pool.statistics().highWaterSlots())
                        .as(what)
                        .isEqualTo(op.get("hiwater").asInt());
            }
            SlotPoolInvariants.check(test.pool);
        }
        assertThat(row).isPositive();
    }
}
