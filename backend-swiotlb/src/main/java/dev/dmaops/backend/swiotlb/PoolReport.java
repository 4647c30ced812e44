package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.PoolState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counters and contents of a pool, put together when asked. */
final class PoolReport {
    private final String name;
    private final SlotGeometry geometry;
    private final SlotTable table;
    private final LongAdder refusals;

    PoolReport(String name, SlotGeometry geometry, SlotTable table, LongAdder refusals) {
        this.name = name;
        this.geometry = geometry;
        this.table = table;
        this.refusals = refusals;
    }

    PoolStatistics statistics() {
        long mappings = 0;
        long toDevice = 0;
        long toCpu = 0;
        List<PoolStatistics.Area> areas = new ArrayList<>();
        table.lockAll();
        try {
            for (int a = 0; a < table.areaCount(); a++) {
                Area area = table.area(a);
                mappings += area.mappings;
                toDevice += area.bytesToDevice + area.syncedToDevice;
                toCpu += area.bytesToCpu + area.syncedToCpu;
                areas.add(new PoolStatistics.Area(
                        table.areaSlots(), area.used, area.mappings, area.fallThroughs, area.waits));
            }
        } finally {
            table.unlockAll();
        }
        return new PoolStatistics(
                name,
                geometry.slots(),
                table.used(),
                table.highWater().mark(),
                longestFreeRun(),
                mappings,
                refusals.sum(),
                toDevice,
                toCpu,
                areas);
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
