package dev.dmaops.api;

import java.util.List;

/**
 * Counters of one bounce pool, as they were at one moment.
 *
 * @param name the pool's name
 * @param slots slots of 2048 bytes
 * @param usedSlots slots in use
 * @param highWaterSlots most slots ever in use at once, since the start or the last reset
 * @param longestFreeRun longest run of free slots within a slot set
 * @param mappings mappings made
 * @param refusals mappings refused
 * @param bytesToDevice bytes copied towards devices
 * @param bytesToCpu bytes copied back
 * @param areas the same for each area
 * @param devices the same for each device that ever bounced, by id
 */
public record PoolStatistics(
        String name,
        int slots,
        int usedSlots,
        int highWaterSlots,
        int longestFreeRun,
        long mappings,
        long refusals,
        long bytesToDevice,
        long bytesToCpu,
        List<Area> areas,
        List<Device> devices) {
    /** Copies the lists. */
    public PoolStatistics {
        areas = List.copyOf(areas);
        devices = List.copyOf(devices);
    }

    /** Mappings that came from a processor whose own area had no room. */
    public long fallThroughs() {
        return areas.stream().mapToLong(Area::fallThroughs).sum();
    }

    /** Times that a thread found an area busy. */
    public long waits() {
        return areas.stream().mapToLong(Area::waits).sum();
    }

    /**
     * One area.
     *
     * @param slots slots of the area
     * @param usedSlots slots in use
     * @param mappings mappings made in it
     * @param fallThroughs mappings that came from a processor whose own area had no room
     * @param waits times that a thread found the area busy
     * @param bytesToDevice bytes copied towards devices
     * @param bytesToCpu bytes copied back
     */
    public record Area(
            int slots,
            int usedSlots,
            long mappings,
            long fallThroughs,
            long waits,
            long bytesToDevice,
            long bytesToCpu) {}

    /**
     * One device.
     *
     * @param id the device
     * @param mappings mappings made
     * @param refusals mappings refused
     * @param fallThroughs mappings that came from a processor whose own area had no room
     * @param bytesToDevice bytes copied towards it
     * @param bytesToCpu bytes copied back
     */
    public record Device(
            String id, long mappings, long refusals, long fallThroughs, long bytesToDevice, long bytesToCpu) {}
}
