package dev.dmaops.spi;

import java.util.List;

/**
 * A pool laid open: what Linux keeps in its private structures.
 *
 * @param slots slots of 2048 bytes
 * @param areaSlots slots of one area
 * @param areas the areas in order
 * @param runs stretches of equal state over all slots, in order
 */
public record PoolState(int slots, int areaSlots, List<Area> areas, List<Run> runs) {
    /** Copies the lists. */
    public PoolState {
        areas = List.copyOf(areas);
        runs = List.copyOf(runs);
    }

    /**
     * One area.
     *
     * @param used slots in use
     * @param index slot within the area where the next search starts
     */
    public record Area(int used, int index) {}

    /**
     * Neighbouring slots, all free or all in use.
     *
     * @param start first slot
     * @param length slots
     * @param free whether they are free
     */
    public record Run(int start, int length, boolean free) {}
}
