package dev.dmaops.cli.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The slots in use of one bounce pool, over time. The kernel prints at most ten of these lines in five seconds, so lines of one
 * such span show one moment: a pool that fills within milliseconds is a load that begins, not a leak. Only moments are compared.
 */
final class PoolHistory {
    /** The kernel's DEFAULT_RATELIMIT_INTERVAL. */
    private static final double MOMENT_SECONDS = 5;

    private static final int MOST_MOMENTS = 512;

    /** Changes of less than one hundredth of the pool are noise. */
    private static final int NOISE_PARTS = 100;

    /** More than one tenth free is not near. */
    private static final int FAR_PARTS = 10;

    private final long total;
    private final List<Moment> moments = new ArrayList<>();
    private boolean timed = true;
    private boolean cut = true;
    private long samples;
    private long last;
    private long falls;
    private long largestFall;

    /** The lowest and the highest sample of a moment. */
    private record Moment(double seconds, long low, long high) {
        Moment with(Moment other) {
            return new Moment(seconds, Math.min(low, other.low), Math.max(high, other.high));
        }
    }

    PoolHistory(long total) {
        this.total = total;
    }

    void newMoment() {
        cut = true;
    }

    void add(OptionalDouble seconds, long used) {
        if (samples > 0 && last - used > noise()) {
            falls++;
            largestFall = Math.max(largestFall, last - used);
        }
        samples++;
        last = used;
        timed &= seconds.isPresent();
        Moment now = new Moment(seconds.orElse(0), used, used);
        boolean same = !cut
                && seconds.isPresent()
                && seconds.getAsDouble() - moments.getLast().seconds() < MOMENT_SECONDS;
        cut = false;
        if (same) {
            moments.set(moments.size() - 1, moments.getLast().with(now));
        } else {
            thin();
            moments.add(now);
        }
    }

    /** Keeps memory bounded: every two neighbours become one. */
    private void thin() {
        if (moments.size() < MOST_MOMENTS) {
            return;
        }
        for (int i = 0; i < MOST_MOMENTS / 2; i++) {
            moments.set(i, moments.get(2 * i).with(moments.get(2 * i + 1)));
        }
        moments.subList(MOST_MOMENTS / 2, moments.size()).clear();
    }

    static boolean near(long used, long total) {
        return used >= total - total / FAR_PARTS;
    }

    /** Whether the low points rise from moment to moment, with one fall in ten allowed. */
    boolean grows() {
        int falling = 0;
        for (int i = 1; i < moments.size(); i++) {
            falling += moments.get(i).low() < moments.get(i - 1).low() - noise() ? 1 : 0;
        }
        return moments.size() > 1 && falling <= moments.size() / 10 && lastLow() - firstLow() > 2 * noise();
    }

    /** Whether it grows and has come near the size of the pool. */
    boolean leaks() {
        return grows() && near(moments.getLast().high(), total);
    }

    /** Whether enough moments with times show it. */
    boolean isClear() {
        return timed && moments.size() > 2;
    }

    long falls() {
        return falls;
    }

    long largestFall() {
        return largestFall;
    }

    int momentCount() {
        return moments.size();
    }

    long firstLow() {
        return moments.getFirst().low();
    }

    long lastLow() {
        return moments.getLast().low();
    }

    private long noise() {
        return Math.max(1, total / NOISE_PARTS);
    }
}
