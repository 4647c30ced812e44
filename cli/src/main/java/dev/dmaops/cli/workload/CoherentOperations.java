package dev.dmaops.cli.workload;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** Memory that CPU and device see alike: zeroed, and no synchronising in between. */
final class CoherentOperations {
    private static final int MOST_PAGES = 8;

    private final DmaDevice device;
    private final DmaEngine engine;
    private final DeviceTally tally;

    CoherentOperations(DmaDevice device, DmaEngine engine, DeviceTally tally) {
        this.device = device;
        this.engine = engine;
        this.tally = tally;
    }

    /** Allocates, lets both sides write, frees. */
    void exchange(RandomGenerator random, long seed) {
        long asked = 4096L * random.nextInt(1, MOST_PAGES + 1);
        switch (device.tryAllocateCoherent(asked, DmaAttributes.NONE, AllocationFlags.NONE)) {
            case CoherentRefused(var refused) -> tally.refused(refused.code());
            case CoherentBuffer buffer -> {
                tally.bytes += buffer.bytes();
                tally.mismatchedBytes += wrong(buffer, engine, seed);
                buffer.close();
            }
        }
    }

    /** Lets both sides of a fresh buffer write, and leaves the CPU's {@code seed + 1} in it; bytes that were wrong. */
    static long wrong(CoherentBuffer buffer, DmaEngine engine, long seed) {
        long dma = buffer.dmaAddress().value();
        long wrong = notZero(buffer.segment());
        engine.writePattern(dma, buffer.bytes(), seed);
        wrong += SimPattern.mismatches(buffer.segment(), seed);
        SimPattern.fill(buffer.segment(), seed + 1);
        return wrong + engine.mismatches(dma, buffer.bytes(), seed + 1);
    }

    private static long notZero(MemorySegment memory) {
        long wrong = 0;
        for (long i = 0; i < memory.byteSize(); i++) {
            wrong += memory.get(ValueLayout.JAVA_BYTE, i) == 0 ? 0 : 1;
        }
        return wrong;
    }
}
