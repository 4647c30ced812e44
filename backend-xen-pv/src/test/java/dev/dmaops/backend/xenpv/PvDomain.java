package dev.dmaops.backend.xenpv;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConstraints;
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
import dev.dmaops.spi.ContiguityResult;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.NoContiguousRegion;
import dev.dmaops.spi.NoContiguousRegion.Cause;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.PoolPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PV domain of 64 MiB whose frame p is machine frame p + 0x100000, except where a test says otherwise, and a hypervisor that has a
 * list of free blocks of 64 frames and of smaller ones.
 */
final class PvDomain implements AutoCloseable {
    static final long DISTANCE = 0x10_0000;

    final SimMachine machine = SimMachine.builder().ram(0, 64 << 20).open();
    final Map<Long, Long> frames = new HashMap<>();
    final Map<Integer, List<Long>> free = new HashMap<>();
    final List<String> exchanges = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final BackendContext context = mock(BackendContext.class);
    final DmaBackend backend;

    PvDomain(String kernel) {
        KernelConfigView config = mock(KernelConfigView.class);
        CacheMaintenance caches = mock(CacheMaintenance.class);
        when(caches.lineBytes()).thenReturn(1);
        when(context.memory()).thenReturn(machine.memory());
        when(context.pages()).thenReturn(machine.pages());
        when(context.cpus()).thenReturn(machine.cpus());
        when(context.caches()).thenReturn(caches);
        when(context.config()).thenReturn(config);
        when(context.policy()).thenReturn(Policy.AS_LINUX);
        when(context.kernel()).thenReturn(KernelVersion.parse(kernel).orElseThrow());
        when(context.events()).thenReturn((device, text) -> log.add(device + ": " + text));
        when(context.hook(BusFrames.class)).thenReturn(Optional.of(new Frames()));
        when(context.hook(MachineContiguity.class)).thenReturn(Optional.of(new Blocks()));
        backend = new XenPvBackend().open(context);
    }

    BouncePool pool(int slots, boolean contiguous) {
        PoolPlan plan = new PoolPlan("default", PoolKind.DEFAULT_XEN_REMAPPED, slots, 1, false, -1L, 0, 0);
        BouncePool pool = new SwiotlbPools().create(plan, context, contiguous ? backend.poolFixup() : null);
        if (pool == null) {
            throw new IllegalStateException("no pool");
        }
        return pool;
    }

    DmaOps device(long mask, BouncePool pool) {
        return device(
                new DmaDeviceState(
                        new DeviceLimits(mask, mask, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT),
                        "nic",
                        false),
                pool);
    }

    DmaOps device(DmaDeviceState state, BouncePool pool) {
        return backend.bind(
                state,
                new BackendChoice(
                        "nic",
                        "xen-pv",
                        BounceMode.POSSIBLE,
                        PoolKind.DEFAULT_XEN_REMAPPED,
                        IommuDomainType.NONE,
                        SetMaskOutcome.OK,
                        List.of()),
                pool);
    }

    /** A free block. */
    void free(int order, long mfn) {
        free.computeIfAbsent(order, none -> new ArrayList<>()).add(mfn);
    }

    @Override
    public void close() {
        backend.close();
        machine.close();
    }

    private final class Frames implements BusFrames {
        @Override
        public long toBus(long pfn) {
            return frames.getOrDefault(pfn, pfn + DISTANCE);
        }

        @Override
        public long toGuest(long bfn) {
            return toLocal(bfn);
        }

        @Override
        public long toLocal(long bfn) {
            return frames.entrySet().stream()
                    .filter(entry -> entry.getValue() == bfn)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(
                            bfn >= DISTANCE && bfn < DISTANCE + 0x4000 && !frames.containsKey(bfn - DISTANCE)
                                    ? bfn - DISTANCE
                                    : NO_FRAME);
        }

        @Override
        public boolean isValid(long pfn) {
            return pfn < 0x4000;
        }
    }

    private final class Blocks implements MachineContiguity {
        @Override
        public ContiguityResult create(long physical, int order, int addressBits) {
            exchanges.add("order " + order + " below 2^" + addressBits);
            List<Long> blocks = free.getOrDefault(order, List.of());
            for (long block : List.copyOf(blocks)) {
                if (addressBits >= 64 || (block + (1L << order)) << 12 <= 1L << addressBits) {
                    blocks.remove(block);
                    for (long i = 0; i < 1L << order; i++) {
                        frames.put((physical >> 12) + i, block + i);
                    }
                    return new ContiguousRegion(block << 12);
                }
            }
            return new NoContiguousRegion(order, addressBits, Cause.NO_BLOCK);
        }

        @Override
        public void destroy(long physical, int order) {
            exchanges.add("destroy order " + order);
            for (long i = 0; i < 1L << order; i++) {
                frames.remove((physical >> 12) + i);
            }
        }
    }
}
