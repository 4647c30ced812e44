package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.PoolKind;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.SystemDescription;

/**
 * Sizes in which the kernel's allocator gives small buffers, each at a multiple of its size. A driver may rely on it that a buffer
 * shares no cache line with strangers, or bounces: where small buffers bounce, sizes start at 8 bytes, else at a cache line
 * (__kmalloc_minalign, mm/slab_common.c, 6.12), and on arm64 before 6.5 at 128 bytes (ARCH_DMA_MINALIGN).
 */
final class KmallocSizes {
    private static final long[] SIZES = {8, 16, 32, 64, 96, 128, 192, 256};

    private final long smallest;

    private KmallocSizes(long smallest) {
        this.smallest = smallest;
    }

    static KmallocSizes of(DmaPlatform platform, Machine machine) {
        SystemDescription system =
                platform.part(PlatformDescription.class).orElseThrow().system();
        PoolKind pool = platform.part(PlatformPlan.class).orElseThrow().pool().kind();
        KernelVersion kernel = system.kernel().value();
        boolean recent = kernel.atLeast(6, 5);
        if (recent && pool != PoolKind.NONE && system.config().enabled("DMA_BOUNCE_UNALIGNED_KMALLOC")) {
            return new KmallocSizes(SIZES[0]);
        }
        int line = machine.hook(CacheMaintenance.class)
                .map(CacheMaintenance::lineBytes)
                .orElse(1);
        boolean fixed = system.architecture().value() == Architecture.ARM64 && !recent && line > 1;
        return new KmallocSizes(fixed ? Math.max(128, line) : Math.max(SIZES[0], line));
    }

    /** The size that a buffer of up to 256 bytes gets. */
    long of(long bytes) {
        for (long size : SIZES) {
            if (bytes <= size && size % smallest == 0) {
                return size;
            }
        }
        return smallest;
    }
}
