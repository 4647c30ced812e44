package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PhysicalMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

class SyncExtractsTest {
    private record Copy(long from, long to, long bytes) {}

    static List<Path> files() {
        return Extracts.named("swiotlb-sync-\\d+\\.json");
    }

    @ParameterizedTest
    @MethodSource("files")
    void partialSyncCopiesWhatTheKernelCopies(Path file) {
        JsonNode root = Extracts.read(file);
        JsonNode shape = root.get("pool");
        DmaDeviceState device = TestPool.device(shape.get("minAlignMask").asLong());
        List<Copy> copies = new ArrayList<>();
        PhysicalMemory memory = Mockito.mock(PhysicalMemory.class);
        Mockito.doAnswer(call -> copies.add(new Copy(call.getArgument(0), call.getArgument(1), call.getArgument(2))))
                .when(memory)
                .copy(Mockito.anyLong(), Mockito.anyLong(), Mockito.anyLong());
        int checked = 0;
        for (JsonNode mapping : root.get("cases")) {
            String what = file.getFileName() + " orig " + mapping.get("orig");
            try (TestPool test = TestPool.at(
                    shape.get("start").asLong(),
                    shape.get("nslabs").asInt(),
                    shape.get("nareas").asInt())) {
                checked += replay(mapping, test, memory, device, copies, what);
            }
        }
        assertThat(checked).isPositive();
    }

    private static int replay(
            JsonNode mapping,
            TestPool test,
            PhysicalMemory memory,
            DmaDeviceState device,
            List<Copy> copies,
            String what) {
        int checked = 0;
        List<String> log = new ArrayList<>();
        SlotPool pool = new SlotPool(
                "default",
                test.pool.geometry(),
                false,
                false,
                false,
                4096,
                memory,
                test.cpus(),
                (name, text) -> log.add(text),
                () -> {});
        // The pool's state runs on from case to case in the recording; the first free slot that fits is the same for
        // each
        // only in its low bits, so each case is replayed on its own and compared relative to the mapping.
        long tlb = pool.map(
                device,
                mapping.get("orig").asLong(),
                mapping.get("size").asLong(),
                mapping.get("allocAlignMask").asLong(),
                DmaDirection.BIDIRECTIONAL,
                0,
                BounceReason.FORCED_BY_CONFIG);
        long moved = tlb - mapping.get("tlb").asLong();
        for (JsonNode sync : mapping.get("syncs")) {
            copies.clear();
            log.clear();
            boolean toDevice = sync.get("dir").asText().equals("TO_DEVICE");
            long at = sync.get("tlbAddr").asLong() + moved;
            long bytes = sync.get("len").asLong();
            if (toDevice) {
                pool.syncForDevice(device, at, bytes, DmaDirection.TO_DEVICE);
            } else {
                pool.syncForCpu(device, at, bytes, DmaDirection.FROM_DEVICE);
            }
            long copied = sync.get("copied").asLong();
            List<Copy> expected = copied == 0
                    ? List.of()
                    : List.of(new Copy(
                            sync.get("src").asLong() + (toDevice ? 0 : moved),
                            sync.get("dst").asLong() + (toDevice ? moved : 0),
                            copied));
            assertThat(copies).as(what + " " + sync).isEqualTo(expected);
            assertThat(!log.isEmpty())
                    .as(what + " " + sync)
                    .isEqualTo(sync.get("overflowWarn").asBoolean());
            checked++;
        }
        return checked;
    }
}
