package dev.dmaops.api;

import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations that add a fixed distance, write down every call, and refuse when told to. */
final class RecordingOps implements DmaOps {
    static final long OFFSET = 0x1000_0000L;

    final List<String> calls = new ArrayList<>();

    @Nullable
    DirectWindow window;

    @Nullable
    DmaErrorCode refuse;

    @Nullable
    BounceReason reason;

    /** What unmapping an address throws. */
    final Map<Long, RuntimeException> unmapFailures = new HashMap<>();

    long narrowestMask;
    private long nextCoherent = 0x8000;

    private long answer(long physical) {
        return refuse == null ? physical + OFFSET : Refusals.of(refuse);
    }

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        calls.add("map " + physical + " " + bytes);
        return answer(physical);
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        calls.add("unmap " + dma + " " + bytes);
        if (unmapFailures.containsKey(dma)) {
            throw unmapFailures.get(dma);
        }
    }

    @Override
    public long mapMemory(MemorySegment memory, DmaDirection direction, int attributes) {
        calls.add("mapMemory " + memory.byteSize());
        return answer(0);
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        calls.add("mapScatter " + list.entries());
        for (int i = 0; i < list.entries(); i++) {
            list.recordSegment(i, list.entryPhysical(i) + OFFSET, list.entryBytes(i));
        }
        return refuse == null ? list.entries() : Refusals.of(refuse);
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        calls.add("unmapScatter " + list.entries());
    }

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        calls.add("syncForCpu " + dma + " " + bytes);
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        calls.add("syncForDevice " + dma + " " + bytes);
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        calls.add("syncScatterForCpu");
    }

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        calls.add("syncScatterForDevice");
    }

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        if (refuse != null) {
            return AllocationResult.refused(refusal(refuse, -1, bytes));
        }
        long physical = nextCoherent;
        nextCoherent += bytes;
        return new Allocation(Arena.ofAuto().allocate(bytes), physical, physical + OFFSET, bytes);
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        calls.add("freeCoherent " + allocation.physical());
    }

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return allocateCoherent(bytes, 0, flags);
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {
        calls.add("freePages " + allocation.physical());
    }

    @Override
    public boolean supports(long mask) {
        return Long.compareUnsigned(mask, narrowestMask) >= 0;
    }

    @Override
    public long requiredMask() {
        return 0xffff_ffffL;
    }

    @Override
    public long maxMappingBytes() {
        return 262144;
    }

    @Override
    public long optimalMappingBytes() {
        return 131072;
    }

    @Override
    public long mergeBoundary() {
        return 0;
    }

    @Override
    public boolean addressingLimited() {
        return false;
    }

    @Override
    public boolean needsSync(long dma) {
        return true;
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return true;
    }

    @Override
    public boolean canMapToUser() {
        return true;
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        return reason;
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        return new Refused(code, "dev0", bytes, code.text() + " dev0: refused " + bytes + " bytes", -12);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return window;
    }
}
