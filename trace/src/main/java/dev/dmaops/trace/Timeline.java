package dev.dmaops.trace;

import java.util.ArrayList;
import java.util.List;

/** Slots in use over time, as the most of each stretch; stretches double in length as the trace goes on. */
final class Timeline {
    private static final int STRETCHES = 512;
    private static final long FIRST_STRETCH_NANOS = 100_000;
    private static final double NANOS = 1e9;

    private final int[] most = new int[STRETCHES];
    private long stretch = FIRST_STRETCH_NANOS;
    private long first = -1;
    private int at;
    private int used;

    /** Slots are taken, or given back when the number is negative. */
    void change(long nanos, int slots) {
        first = first < 0 ? nanos : first;
        advance(nanos);
        used += slots;
        most[at] = Math.max(most[at], used);
    }

    private void advance(long nanos) {
        long index = Math.max(at, (nanos - first) / stretch);
        while (index >= STRETCHES) {
            for (int i = 0; i < STRETCHES / 2; i++) {
                most[i] = Math.max(most[2 * i], most[2 * i + 1]);
            }
            for (int i = STRETCHES / 2; i < STRETCHES; i++) {
                most[i] = 0;
            }
            stretch *= 2;
            at /= 2;
            index = Math.max(at, (nanos - first) / stretch);
        }
        while (at < index) {
            most[++at] = used;
        }
    }

    List<UsedSlots> samples() {
        List<UsedSlots> samples = new ArrayList<>();
        for (int i = 0; first >= 0 && i <= at; i++) {
            samples.add(new UsedSlots(i * stretch / NANOS, most[i]));
        }
        return samples;
    }
}
