package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.PoolState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Counters and contents of a pool, put together when asked. */
final class PoolReport {
    private final String name;
    private final SlotGeometry geometry;
    private final SlotTable table;
    private final Collection<PoolClient> clients;

    PoolReport(String name, SlotGeometry geometry, SlotTable table, Collection<PoolClient> clients) {
        this.name = name;
        this.geometry = geometry;
        this.table = table;
        this.clients = clients;
    }

    PoolStatistics statistics() {
        List<PoolStatistics.Area> areas = new ArrayList<>();
        List<PoolStatistics.Device> devices;
        int used;
        int highWater;
        table.lockAll();
        try {
            used = table.used();
            highWater = table.highWater().mark();
            for (int a = 0; a < table.areaCount(); a++) {
                areas.add(area(a, table.area(a)));
            }
            devices = clients.stream()
                    .map(PoolReport::device)
                    .sorted(Comparator.comparing(PoolStatistics.Device::id))
                    .toList();
        } finally {
            table.unlockAll();
        }
        return new PoolStatistics(
                name,
                geometry.slots(),
                used,
                highWater,
                longestFreeRun(),
                areas.stream().mapToLong(PoolStatistics.Area::mappings).sum(),
                devices.stream().mapToLong(PoolStatistics.Device::refusals).sum(),
                areas.stream().mapToLong(PoolStatistics.Area::bytesToDevice).sum(),
                areas.stream().mapToLong(PoolStatistics.Area::bytesToCpu).sum(),
                areas,
                devices);
    }

    private PoolStatistics.Area area(int a, Area area) {
        long mappings = 0;
        long fallThroughs = 0;
        long toDevice = 0;
        long toCpu = 0;
        for (PoolClient client : clients) {
            CopyCounts counts = client.counts[a];
            mappings += counts.mappings;
            fallThroughs += counts.fallThroughs;
            toDevice += counts.bytesToDevice();
            toCpu += counts.bytesToCpu;
        }
        return new PoolStatistics.Area(
                table.areaSlots(), area.used, mappings, fallThroughs, area.waits, toDevice, toCpu);
    }

    private static PoolStatistics.Device device(PoolClient client) {
        long mappings = 0;
        long fallThroughs = 0;
        long toDevice = 0;
        long toCpu = 0;
        for (CopyCounts counts : client.counts) {
            mappings += counts.mappings;
            fallThroughs += counts.fallThroughs;
            toDevice += counts.bytesToDevice();
            toCpu += counts.bytesToCpu;
        }
        return new PoolStatistics.Device(
                client.device.id(), mappings, client.refusals.sum(), fallThroughs, toDevice, toCpu);
    }

    /** The longest run of free slots within a set. */
    int longestFreeRun() {
        int longest = 0;
        for (int word = 0; word < table.words(); word += 2) {
            longest = Math.max(longest, SetBits.longestRun(table.freeWord(word), table.freeWord(word + 1)));
        }
        return longest;
    }

    PoolState state() {
        table.lockAll();
        try {
            List<PoolState.Area> areas = new ArrayList<>();
            for (int a = 0; a < table.areaCount(); a++) {
                areas.add(new PoolState.Area(table.area(a).used, table.area(a).index));
            }
            return new PoolState(geometry.slots(), table.areaSlots(), areas, runs());
        } finally {
            table.unlockAll();
        }
    }

    PoolState.Area area(int index) {
        Objects.checkIndex(index, table.areaCount());
        table.lockAll();
        try {
            Area area = table.area(index);
            return new PoolState.Area(area.used, area.index);
        } finally {
            table.unlockAll();
        }
    }

    private List<PoolState.Run> runs() {
        List<PoolState.Run> runs = new ArrayList<>();
        int from = 0;
        for (int slot = 1; slot <= geometry.slots(); slot++) {
            if (slot == geometry.slots() || table.isFree(slot) != table.isFree(from)) {
                runs.add(new PoolState.Run(from, slot - from, table.isFree(from)));
                from = slot;
            }
        }
        return runs;
    }
}
