package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPool;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.conformance.machine.LiveAddresses;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.PoolState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a replay stands: the platform, the device and processor that were selected, and everything that rows refer to by id. */
final class LinuxState implements AutoCloseable {
    private final ReplayPlatform replay;
    private final LinuxHeader header;
    private final Map<Long, String> names;
    private final LiveAddresses addresses;
    private final Map<Long, Held> held = new HashMap<>();
    private final Set<String> gaveBack = new HashSet<>();
    private final Map<Long, OwnedPool> pools = new HashMap<>();
    private final Map<Long, Long> arenas = new HashMap<>();
    private String deviceName;
    private int cpu;

    LinuxState(ReplayPlatform replay, LinuxHeader header, Map<Long, String> names) {
        this.replay = replay;
        this.header = header;
        this.names = names;
        addresses = new LiveAddresses(replay);
        deviceName = name(LinuxSurvey.FIRST);
    }

    ReplayPlatform replay() {
        return replay;
    }

    LinuxHeader header() {
        return header;
    }

    private String name(long number) {
        String name = names.get(number);
        if (name == null) {
            throw new IllegalStateException("the survey missed device " + number);
        }
        return name;
    }

    void select(long number) {
        deviceName = name(number);
    }

    String deviceName() {
        return deviceName;
    }

    /** The selected device; empty when its backend is not built. */
    Optional<DmaDevice> device() {
        return replay.device(deviceName);
    }

    /** What to answer when {@link #device()} is empty. */
    Answer closed() {
        return Answer.skipped(replay.whyClosed(deviceName));
    }

    int cpu() {
        return cpu;
    }

    void cpu(int number) {
        replay.cpu(number);
        cpu = number;
    }

    // The pool

    /** The pool behind the selected device. */
    Optional<BouncePool> pool() {
        return device().flatMap(replay::pool);
    }

    /** Adds what the module adds to most rows: the counters of the pool, when there is one. */
    Answer.Observed withCounters(Answer.Observed observed) {
        pool().ifPresent(pool -> {
            PoolStatistics counters = pool.statistics();
            int area = cpu & (counters.areas().size() - 1);
            PoolState.Area own = pool.area(area);
            observed.put("used", (long) counters.usedSlots())
                    .put("hw", (long) counters.highWaterSlots())
                    .put("area", (long) area)
                    .put("au", (long) own.used())
                    .put("ax", (long) own.index());
        });
        return observed;
    }

    // Arenas

    void arena(long number, long physical) {
        arenas.put(number, physical);
    }

    @Nullable
    Long arena(long number) {
        return arenas.get(number);
    }

    // What rows made

    /** Keeps what a row made, after a look at where it is. */
    void hold(long id, Held one) {
        Held before = held.put(id, one);
        if (before != null) {
            forget(before);
            releaseQuietly(before);
        }
        long mask = one instanceof Held.Memory
                ? one.device().coherentMask().value()
                : one.device().state().effectiveMask();
        one.ranges().forEach(range -> addresses.claim(one.device(), range.start(), range.bytes(), mask));
    }

    private void forget(Held one) {
        gaveBack.add(one.device().id());
        one.ranges().forEach(range -> addresses.release(one.device(), range.start()));
    }

    /** Whether a timer decides where the selected device's next mapping lies: in lazy mode, once addresses were given back. */
    boolean isTimed() {
        return device().filter(device -> device.choice().iommuDomain() == IommuDomainType.DMA_FQ)
                .filter(device -> gaveBack.contains(device.id()))
                .isPresent();
    }

    /** What a row refers to; null when the row that should have made it went otherwise. */
    @Nullable
    Held held(long id) {
        return held.get(id);
    }

    @Nullable
    Held take(long id) {
        Held one = held.remove(id);
        if (one != null) {
            forget(one);
        }
        return one;
    }

    /** The answer when {@link #held} has nothing. */
    static Answer lost(Row row) {
        return Answer.skipped(row.kind() + " of something that an earlier row did not make here");
    }

    /**
     * A DMA pool.
     *
     * @param device whose it is
     * @param pool the pool
     */
    record OwnedPool(DmaDevice device, DmaPool pool) {}

    void dmaPool(long number, OwnedPool pool) {
        pools.put(number, pool);
    }

    @Nullable
    OwnedPool dmaPool(long number) {
        return pools.get(number);
    }

    @Nullable
    OwnedPool takeDmaPool(long number) {
        return pools.remove(number);
    }

    private static void releaseQuietly(Held one) {
        try {
            one.release();
        } catch (DmaUsageException | DmaConfigurationException gone) {
            // Its row has been reported; what matters here is that closing goes on.
        }
    }

    @Override
    public void close() {
        List<Held> rest = new ArrayList<>(held.values());
        held.clear();
        rest.forEach(LinuxState::releaseQuietly);
        pools.values().forEach(owned -> {
            try {
                owned.pool().close();
            } catch (DmaUsageException busy) {
                // A block was lost on the way; its row has been reported.
            }
        });
        replay.close();
    }
}
