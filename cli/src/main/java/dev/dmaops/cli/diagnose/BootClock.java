package dev.dmaops.cli.diagnose;

/**
 * Tells from the times of the lines when another boot begins. Processors write in no strict order, and one whose clock is not set
 * yet writes 0.000000 among the lines of others; so a clock that went back has to stay back.
 */
final class BootClock {
    private static final double DISORDER_SECONDS = 1;

    /** Clocks of processors were seen to differ by a third of this. */
    private static final double FAR_SECONDS = 60;

    /** So many lines that stay back are another boot. */
    private static final int LINES_THAT_STAY = 8;

    private double latest;
    private long startLine;
    private int linesBack;
    private double latestBack;

    /** What a line's time says. */
    enum Verdict {
        /** The boot goes on. */
        ON,
        /** The clock went back, and it is not known yet whether it stays. */
        UNCLEAR,
        /** Another boot has begun, at {@link #startLine()}. */
        ANEW
    }

    Verdict at(long line, double seconds) {
        if (linesBack == 0 && !wentBack(seconds)) {
            latest = Math.max(latest, seconds);
            return Verdict.ON;
        }
        if (linesBack > 0 && seconds >= latest - DISORDER_SECONDS) {
            linesBack = 0;
            return Verdict.ON;
        }
        if (linesBack == 0) {
            startLine = line;
            latestBack = 0;
        }
        linesBack++;
        latestBack = Math.max(latestBack, seconds);
        if (linesBack < LINES_THAT_STAY) {
            return Verdict.UNCLEAR;
        }
        decideAnew();
        return Verdict.ANEW;
    }

    private boolean wentBack(double seconds) {
        double back = latest - seconds;
        return back > FAR_SECONDS || (back > DISORDER_SECONDS && seconds < latest / 2);
    }

    boolean isUnclear() {
        return linesBack > 0;
    }

    /** Something else says that the clock started anew. */
    void decideAnew() {
        latest = latestBack;
        linesBack = 0;
    }

    /** The first line of the boot that has begun. */
    long startLine() {
        return startLine;
    }
}
