package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.PoolKind;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.spi.Machine;
import java.util.random.RandomGenerator;

/** Buffers of all kinds, scatter lists, coherent memory; in a dom0 also pages of other domains. */
final class MixedOperations implements Operations {
    private final ForeignBuffers foreign;
    private final StreamingOperations streaming;
    private final CoherentOperations coherent;
    private final DiskOperations disk;
    private final boolean bouncesHeap;

    private MixedOperations(
            DmaDevice device,
            DmaEngine engine,
            BufferPlaces places,
            KmallocSizes sizes,
            ForeignBuffers foreign,
            DeviceTally tally,
            long seed) {
        this.foreign = foreign;
        streaming = new StreamingOperations(device, engine, places, sizes, tally);
        coherent = new CoherentOperations(device, engine, tally);
        disk = new DiskOperations(device, engine, places, tally, seed);
        // A copy of a Java array lies in slots beside others', which a device that is not trusted must not see: it is
        // refused behind an IOMMU, and left out without one too, so that both do the same.
        bouncesHeap = device.choice().pool() != PoolKind.NONE && !device.state().untrusted();
    }

    /** Buffers all over RAM, and pages of domains beside dom0. */
    static OperationsMaker maker(DmaPlatform platform, Machine machine) {
        BufferPlaces places = new BufferPlaces(machine.memory(), machine.pages());
        KmallocSizes sizes = KmallocSizes.of(platform, machine);
        ForeignBuffers foreign = ForeignBuffers.of(platform);
        return new OperationsMaker() {
            @Override
            public Operations of(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed) {
                return new MixedOperations(device, engine, places, sizes, foreign, tally, seed);
            }

            @Override
            public void close() {
                foreign.close();
                places.close();
            }
        };
    }

    @Override
    public void next(RandomGenerator random, long seed) {
        if (foreign.any() && random.nextInt(3) == 0) {
            streaming.foreign(random, seed, foreign);
            return;
        }
        switch (random.nextInt(10)) {
            case 0, 1 -> streaming.pages(random, seed);
            case 2, 3, 4 -> streaming.small(random, seed);
            case 5 -> streaming.burst(random, seed);
            case 6 -> heapOrPages(random, seed);
            case 7 -> coherent.exchange(random, seed);
            default -> disk.request(random, seed);
        }
    }

    private void heapOrPages(RandomGenerator random, long seed) {
        if (bouncesHeap) {
            streaming.heap(random, seed);
        } else {
            streaming.pages(random, seed);
        }
    }

    @Override
    public void close() {
        disk.close();
    }
}
