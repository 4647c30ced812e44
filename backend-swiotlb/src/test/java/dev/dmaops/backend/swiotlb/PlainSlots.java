package dev.dmaops.backend.swiotlb;

import java.util.ArrayList;
import java.util.List;

/** The oracle: slot records with free-run lengths and a scan from slot to slot, as simple as it can be written. */
final class PlainSlots {
    final int slots;
    final int areaSlots;
    final int[] list;
    final int[] count;
    final int[] used;
    final int[] index;

    PlainSlots(SlotGeometry geometry) {
        slots = geometry.slots();
        areaSlots = geometry.areaSlots();
        list = new int[slots];
        count = new int[slots];
        used = new int[geometry.areas()];
        index = new int[geometry.areas()];
        for (int i = 0; i < slots; i++) {
            list[i] = Math.min(128 - i % 128, slots - i);
        }
    }

    int take(int cpu, int n, long base, long mask, long keep, long original, long boundarySlots) {
        int start = cpu & (used.length - 1);
        int a = start;
        do {
            int slot = takeInArea(a, n, base, mask, keep, original, boundarySlots);
            if (slot >= 0) {
                return slot;
            }
            a = a + 1 >= used.length ? 0 : a + 1;
        } while (a != start);
        return -1;
    }

    private int takeInArea(int a, int n, long base, long mask, long keep, long original, long boundarySlots) {
        if (n > areaSlots - used[a]) {
            return -1;
        }
        long larger = Long.compareUnsigned(mask, keep) > 0 ? mask : keep;
        long stride = (larger >>> 11) + 1;
        long shift = (base >>> 11) + ((base & 2047) == 0 ? 0 : 1);
        long at = index[a];
        long checked = 0;
        while (checked < areaSlots) {
            int slot = a * areaSlots + (int) at;
            long address = base + slot * 2048L;
            if ((address & mask) != 0 || (original != 0 && (address & keep) != (original & keep))) {
                at = at + 1 >= areaSlots ? 0 : at + 1;
                checked++;
                continue;
            }
            boolean spans = ((shift + slot) % boundarySlots) + n > boundarySlots;
            if (!spans && list[slot] >= n) {
                taken(a, slot, n);
                return slot;
            }
            at = at + stride >= areaSlots ? 0 : at + stride;
            checked += stride;
        }
        return -1;
    }

    private void taken(int a, int slot, int n) {
        for (int i = slot; i < slot + n; i++) {
            list[i] = 0;
        }
        count[slot] = n;
        int run = 0;
        for (int j = slot - 1; j >= 0 && j % 128 != 127 && list[j] != 0; j--) {
            list[j] = ++run;
        }
        int next = slot - a * areaSlots + n;
        index[a] = next >= areaSlots ? 0 : next;
        used[a] += n;
    }

    void release(int slot) {
        int n = count[slot];
        int end = slot + n;
        int setEnd = (slot / 128 + 1) * 128;
        int run = end < setEnd && end < slots ? list[end] : 0;
        for (int i = end - 1; i >= slot; i--) {
            list[i] = ++run;
        }
        for (int j = slot - 1; j >= 0 && j % 128 != 127 && list[j] != 0; j--) {
            list[j] = ++run;
        }
        count[slot] = 0;
        used[slot / areaSlots] -= n;
    }

    List<Boolean> freeSlots() {
        List<Boolean> free = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            free.add(list[i] != 0);
        }
        return free;
    }
}
