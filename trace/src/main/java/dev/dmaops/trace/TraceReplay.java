package dev.dmaops.trace;

import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.trace.event.DeviceNames;
import dev.dmaops.trace.event.EventReader;
import dev.dmaops.trace.event.TraceFile;
import dev.dmaops.trace.event.TracePlayer;
import dev.dmaops.trace.pool.PoolTrial;
import dev.dmaops.trace.pool.Trials;
import dev.dmaops.trace.setup.PoolFacts;
import dev.dmaops.trace.setup.TraceSetup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Plays a trace through the pool that is asked about, and through pools of the other sizes that Linux can make.
 *
 * <p>One pass tries the pool and every smaller size; when none of them holds everything, a second pass tries the larger ones. Memory
 * is bounded by what is mapped at once. What bounced when the trace was made bounces here, for the same processor and in the same
 * order; no byte is moved.
 */
public final class TraceReplay {
    private static final double NANOS = 1e9;

    private final TraceFile file;
    private final TraceSetup setup;
    private final BouncePoolProvider provider;

    private TraceReplay(TraceFile file, TraceSetup setup, BouncePoolProvider provider) {
        this.file = file;
        this.setup = setup;
        this.provider = provider;
    }

    /**
     * Plays it.
     *
     * @param provider makes the pools
     * @throws dev.dmaops.api.DmaConfigurationException when the trace cannot be read
     */
    public static ReplayReport play(TraceFile file, TraceSetup setup, BouncePoolProvider provider) {
        return new TraceReplay(file, setup, provider).play();
    }

    private ReplayReport play() {
        PoolFacts pool = setup.pool();
        int areas = PoolSizes.areas(pool);
        DeviceNames names = new DeviceNames();
        boolean hasPool = pool.slots() > 0;
        List<PoolTrial> pools = new ArrayList<>();
        if (hasPool) {
            pools.add(new PoolTrial(provider, pool.start(), pool.slots(), pool.areas()));
        }
        // A pool as Linux makes them is one of the sizes itself.
        List<Integer> smaller = PoolSizes.between(0, pool.slots(), areas);
        boolean isSize = pool.areas() == areas && smaller.contains(pool.slots());
        if (isSize) {
            smaller.removeLast();
        }
        pools.addAll(trials(smaller, areas));
        MainPass main = new MainPass(setup, names, new Trials(pools, hasPool));
        TracePlayer player = new TracePlayer(main);
        try (EventReader reader = new EventReader(file, names)) {
            player.play(reader);
            if (reader.events() == 0) {
                throw useless("events of Linux's tracer", "none in " + reader.lines() + " lines");
            }
            if (player.calls() == 0 && !main.ledger.runLengths().isEmpty()) {
                throw useless("events of maps and unmaps", "bounces alone; kernels before 6.12 have no others");
            }
            player.forEachLive(operation -> main.left(operation, player.lastNanos()));
            List<SizeTried> tried = new ArrayList<>(main.tried(hasPool && !isSize ? 1 : 0));
            tried.sort(Comparator.comparingInt(SizeTried::slots));
            if (tried.stream().noneMatch(SizeTried::passes)) {
                tried.addAll(larger(pool.slots(), areas));
            }
            return report(main, player, reader, areas, tried);
        }
    }

    private List<SizeTried> larger(int above, int areas) {
        DeviceNames names = new DeviceNames();
        List<Integer> sizes = PoolSizes.between(above, PoolFacts.LARGEST_SLOTS, areas);
        SizePass pass = new SizePass(setup, names, new Trials(trials(sizes, areas), false));
        try (EventReader reader = new EventReader(file, names)) {
            new TracePlayer(pass).play(reader);
        }
        return pass.tried(0);
    }

    private List<PoolTrial> trials(List<Integer> sizes, int areas) {
        return sizes.stream()
                .map(slots -> new PoolTrial(provider, setup.pool().start(), slots, areas))
                .toList();
    }

    private ReplayReport report(
            MainPass main, TracePlayer player, EventReader reader, int areas, List<SizeTried> tried) {
        PoolFacts pool = setup.pool();
        Optional<Integer> smallest =
                tried.stream().filter(SizeTried::passes).map(SizeTried::slots).findFirst();
        List<String> ids = IntStream.range(0, main.names.count())
                .mapToObj(main.names::name)
                .toList();
        return new ReplayReport(
                file.name(),
                reader.events(),
                (player.lastNanos() - player.firstNanos()) / NANOS,
                reader.processors(),
                pool.slots(),
                pool.areas(),
                pool.forced(),
                pool.origin(),
                main.highWater(),
                setup.traced() && setup.recordedHighWater().isPresent()
                        ? Optional.of(setup.recordedHighWater().getAsInt())
                        : Optional.empty(),
                player.calls(),
                main.ledger.maps(),
                main.ledger.bounced(),
                main.ledger.failures(),
                main.firstFailure(),
                main.refusedInTrace(),
                main.unmatchedAtStart(),
                main.unmatchedAfterLoss(),
                player.lost(),
                player.lossLines(),
                player.replaced(),
                reader.isCut(),
                reader.unknownEvents(),
                main.ledger.addressesCompared(),
                main.ledger.addressesEqual(),
                smallest,
                smallest.map(slots -> PoolSizes.bootArgument(slots, areas, pool.processors())),
                tried,
                main.ledger.shares(),
                main.ledger.runLengths(),
                main.timeline.samples(),
                main.leaks.groups(ids, player.lastNanos()));
    }

    private RuntimeException useless(String expected, String found) {
        return TraceFile.wrong(
                file.name(),
                "cannot replay the trace",
                expected,
                found,
                "Give the text of /sys/kernel/tracing/trace, taken with the events dma:* and swiotlb:* switched on.");
    }
}
