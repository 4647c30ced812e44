package dev.dmaops.integration.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.runtime.assembly.OpenPools;
import dev.dmaops.spi.BouncePool;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the pool of a PV dom0 lies in machine memory, frame by frame as Xen 4.17 placed it in every recorded boot with 64 MiB of slots:
 * each set of 64 frames as low as there is room, the highest first, and no width tried again.
 */
class PoolPlacementTest {
    private static final int SET_FRAMES = 64;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void poolOf64MiBLiesWhereXenPutsIt() {
        String dom0 = """
                platform = x86
                kernel { version = "6.12", config = debian-6.12 }
                hypervisor { kind = xen-pv, domain = dom0 }
                machine { memory = 256MiB, host-ram = [ { start = 0x0, size = 768MiB }, { start = 0x100000000, size = 512MiB } ] }
                devices { nic { bus = pci, mask = 64bit } }
                """;
        try (Dom0 opened = Dom0.open(folder, dom0)) {
            DmaDevice nic = opened.device("nic");
            BouncePool pool = opened.platform
                    .part(OpenPools.class)
                    .flatMap(pools -> pools.of(nic.choice()))
                    .orElseThrow();
            long first = pool.start() >>> 12;
            List<Long> sets = LongStream.iterate(
                            first, pfn -> pfn < first + (pool.bytes() >>> 12), pfn -> pfn + SET_FRAMES)
                    .map(opened.machine.domain()::machineFrame)
                    .boxed()
                    .toList();

            assertThat(sets)
                    .hasSize(256)
                    .startsWith(448L, 384L, 320L, 256L, 960L, 896L)
                    .endsWith(32576L, 32512L);
            assertThat(sets).isEqualTo(asRecorded());
            assertThat(nic.setStreamingMask(DmaMask.ofBits(27))).isEqualTo(SetMaskOutcome.OK);
            assertThat(nic.setStreamingMask(DmaMask.ofBits(26))).isEqualTo(SetMaskOutcome.EIO);
        }
    }

    /** All of each zone from 1 MiB to 64 MiB, downwards, and four sets of the next. */
    private static List<Long> asRecorded() {
        return IntStream.rangeClosed(9, 15)
                .boxed()
                .flatMap(bits -> LongStream.iterate(
                                (1L << bits) - SET_FRAMES, mfn -> mfn >= 1L << (bits - 1), mfn -> mfn - SET_FRAMES)
                        .boxed())
                .limit(256)
                .toList();
    }
}
