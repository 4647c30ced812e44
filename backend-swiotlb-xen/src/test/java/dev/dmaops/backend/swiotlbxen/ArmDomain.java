package dev.dmaops.backend.swiotlbxen;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.PoolPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Dom0 of the specification's worked examples: RAM 0x40000000-0x7fffffff mapped 1:1, the pool of 1 MiB at its end, and pages of
 * others at guest frames from 0x100000 on. Every cache operation is written down.
 */
final class ArmDomain implements BackendContext, AutoCloseable {
    static final long FOREIGN = 0x1_0000_0000L;

    final SimMachine machine;
    final Map<Long, Long> foreign = new HashMap<>();
    final List<String> maintenance = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    boolean flushCall = true;
    KernelVersion kernel = KernelVersion.of(6, 12);
    final BouncePool pool;

    ArmDomain(long pageBytes, boolean forced) {
        machine = SimMachine.builder()
                .ram(0x4000_0000, 0x4000_0000)
                .ram(FOREIGN, 0x10_0000)
                .pageBytes(pageBytes)
                .open();
        PoolPlan plan = new PoolPlan("default", PoolKind.DEFAULT, 512, 1, forced, 0x7fff_ffffL, 0, 0);
        pool = Objects.requireNonNull(new SwiotlbPools().create(plan, this, null));
        foreign.put(0x100000L, 0x851234L);
        foreign.put(0x100001L, 0x851235L);
        foreign.put(0x100002L, 0x900000L);
    }

    DmaOps device(long mask, boolean coherent) {
        return device(mask, coherent, 0, DmaRangeMap.IDENTITY);
    }

    DmaOps device(long mask, boolean coherent, long busLimit, DmaRangeMap ranges) {
        DeviceLimits limits = new DeviceLimits(mask, mask, busLimit, ranges, coherent, DmaConstraints.DEFAULT);
        BackendChoice choice = new BackendChoice(
                "mmc",
                "swiotlb-xen",
                BounceMode.POSSIBLE,
                PoolKind.DEFAULT,
                IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of());
        return new SwiotlbXenBackend().open(this).bind(new DmaDeviceState(limits, "mmc", false), choice, pool);
    }

    @Override
    public dev.dmaops.spi.PhysicalMemory memory() {
        return machine.memory();
    }

    @Override
    public dev.dmaops.spi.PageAllocator pages() {
        return machine.pages();
    }

    @Override
    public dev.dmaops.spi.Cpus cpus() {
        return machine.cpus();
    }

    @Override
    public CacheMaintenance caches() {
        return new CacheMaintenance() {
            @Override
            public void forDevice(long physical, long bytes, DmaDirection direction) {
                maintenance.add(String.format("device 0x%x+%d", physical, bytes));
            }

            @Override
            public void forCpu(long physical, long bytes, DmaDirection direction) {
                maintenance.add(String.format("cpu 0x%x+%d", physical, bytes));
            }

            @Override
            public int lineBytes() {
                return 64;
            }
        };
    }

    @Override
    public KernelVersion kernel() {
        return kernel;
    }

    @Override
    public Policy policy() {
        return Policy.AS_LINUX;
    }

    @Override
    public EventSink events() {
        return (device, text) -> log.add(device + ": " + text);
    }

    @Override
    public KernelConfigView config() {
        return new KernelConfigView() {
            @Override
            public boolean enabled(String symbol) {
                return symbol.equals("DMA_BOUNCE_UNALIGNED_KMALLOC") || symbol.equals("DMA_DIRECT_REMAP");
            }

            @Override
            public String value(String symbol) {
                return enabled(symbol) ? "y" : "absent";
            }

            @Override
            public String origin(String symbol) {
                return "test";
            }
        };
    }

    @Override
    public <H> Optional<H> hook(Class<H> type) {
        if (type == BusFrames.class) {
            return Optional.of(type.cast(new Frames()));
        }
        if (type == ForeignCaches.class) {
            ForeignCaches calls = (frame, offset, bytes, operation) -> {
                maintenance.add(String.format(
                        "%s 0x%x+0x%x+%d",
                        operation == ForeignCaches.CLEAN ? "xen clean" : "xen invalidate", frame, offset, bytes));
                return 0;
            };
            return flushCall ? Optional.of(type.cast(calls)) : Optional.empty();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        machine.close();
    }

    private final class Frames implements BusFrames {
        @Override
        public long toBus(long pfn) {
            return foreign.getOrDefault(pfn, pfn);
        }

        @Override
        public long toGuest(long bfn) {
            return bfn;
        }

        @Override
        public long toLocal(long bfn) {
            return bfn;
        }

        @Override
        public boolean isValid(long pfn) {
            return machine.memory().isRam(pfn << SHIFT, BYTES);
        }
    }
}
