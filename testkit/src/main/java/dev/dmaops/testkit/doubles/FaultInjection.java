package dev.dmaops.testkit.doubles;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * Refuses what would have worked: the next requests, or some of them by chance, the same ones for the same seed.
 *
 * <p>A refusal looks like a real one: a code, a message, nothing held. Everything else is done by the operations below. For
 * drivers that must cope with refusals anywhere.
 */
public final class FaultInjection extends ForwardingOps {
    private static final int ENOMEM = -12;

    private final String device;
    private final SplittableRandom random;
    private DmaErrorCode code = DmaErrorCode.POOL_EXHAUSTED;
    private int passes;
    private int refusals;
    private double chance;
    private long injected;

    /**
     * Injects nothing until told to.
     *
     * @param device the device's id, for messages
     * @param seed of the refusals by chance
     */
    public FaultInjection(DmaOps ops, String device, long seed) {
        super(ops);
        this.device = device;
        random = new SplittableRandom(seed);
    }

    /** The code of the refusals to come. */
    public synchronized FaultInjection withCode(DmaErrorCode refusal) {
        code = refusal;
        return this;
    }

    /**
     * Lets requests pass and then refuses some.
     *
     * @param pass requests that pass first
     * @param refuse requests that are refused then
     */
    public synchronized FaultInjection after(int pass, int refuse) {
        passes = pass;
        refusals = refuse;
        return this;
    }

    /**
     * Refuses by chance.
     *
     * @param share of requests, 0 to 1
     */
    public synchronized FaultInjection byChance(double share) {
        chance = share;
        return this;
    }

    /** Refusals injected so far. */
    public synchronized long injected() {
        return injected;
    }

    private synchronized boolean refuses() {
        boolean refuse = random.nextDouble() < chance;
        if (passes > 0) {
            passes--;
        } else if (refusals > 0) {
            refusals--;
            refuse = true;
        }
        injected += refuse ? 1 : 0;
        return refuse;
    }

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        return refuses() ? Refusals.of(code) : super.map(physical, bytes, direction, attributes);
    }

    @Override
    public long mapMemory(MemorySegment memory, DmaDirection direction, int attributes) {
        return refuses() ? Refusals.of(code) : super.mapMemory(memory, direction, attributes);
    }

    @Override
    public long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        return refuses() ? Refusals.of(code) : super.mapResource(physical, bytes, direction, attributes);
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return refuses() ? Refusals.of(code) : super.mapScatter(list, direction, attributes);
    }

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return refuses() ? refusedMemory(bytes) : super.allocateCoherent(bytes, attributes, flags);
    }

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return refuses() ? refusedMemory(bytes) : super.allocatePages(bytes, direction, flags);
    }

    private AllocationResult refusedMemory(long bytes) {
        return AllocationResult.refused(
                refusal(DmaErrorCode.NO_COHERENT_MEMORY, PhysicalMemory.NOT_MACHINE_MEMORY, bytes));
    }

    @Override
    public Refused refusal(DmaErrorCode refused, long physical, long bytes) {
        return new Refused(
                refused,
                device,
                bytes,
                refused.text() + " " + device + ": cannot provide " + bytes
                        + " bytes: the test refuses this one. Cope with it. [fault injection]",
                ENOMEM);
    }
}
