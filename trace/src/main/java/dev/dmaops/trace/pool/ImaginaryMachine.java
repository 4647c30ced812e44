package dev.dmaops.trace.pool;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Policy;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What a pool stands on when nothing but its slots is of interest: all memory is there and no byte moves. One thread plays all
 * processors, and says which one it is.
 */
final class ImaginaryMachine implements BackendContext {
    private final PageAllocator pages;
    private int cpu;

    ImaginaryMachine(long poolStart) {
        pages = new GivenPages(poolStart);
    }

    /** Puts the caller on a processor. */
    void cpu(int number) {
        cpu = number;
    }

    @Override
    public PhysicalMemory memory() {
        return new NoBytes();
    }

    @Override
    public PageAllocator pages() {
        return pages;
    }

    @Override
    public Cpus cpus() {
        return new Cpus() {
            @Override
            public int current() {
                return cpu;
            }

            @Override
            public int possible() {
                return Integer.MAX_VALUE;
            }

            @Override
            public int online() {
                return Integer.MAX_VALUE;
            }
        };
    }

    @Override
    public CacheMaintenance caches() {
        return new CacheMaintenance() {
            @Override
            public void forDevice(long physical, long bytes, DmaDirection direction) {}

            @Override
            public void forCpu(long physical, long bytes, DmaDirection direction) {}

            @Override
            public int lineBytes() {
                return 64;
            }
        };
    }

    @Override
    public KernelVersion kernel() {
        return KernelVersion.of(6, 12);
    }

    @Override
    public Policy policy() {
        return Policy.AS_LINUX;
    }

    @Override
    public EventSink events() {
        return EventSink.NONE;
    }

    @Override
    public KernelConfigView config() {
        return new KernelConfigView() {
            @Override
            public boolean enabled(String symbol) {
                return false;
            }

            @Override
            public String value(String symbol) {
                return "absent";
            }

            @Override
            public String origin(String symbol) {
                return "trace";
            }
        };
    }

    @Override
    public <H> Optional<H> hook(Class<H> type) {
        return Optional.empty();
    }

    /** Memory that moves no bytes. */
    private static final class NoBytes implements PhysicalMemory {
        @Override
        public boolean isRam(long physical, long bytes) {
            return true;
        }

        @Override
        public MemorySegment segment(long physical, long bytes) {
            return MemorySegment.NULL;
        }

        @Override
        public long physicalAddress(MemorySegment memory) {
            return NOT_MACHINE_MEMORY;
        }

        @Override
        public void copy(long from, long to, long bytes) {}

        @Override
        public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {}

        @Override
        public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {}

        @Override
        public void zero(long physical, long bytes) {}
    }
}
