package dev.dmaops.cli.diagnose;

import java.util.Locale;

/** How far the numbers carry. */
public enum Certainty {
    /** It follows from the numbers. */
    CERTAIN,
    /** The numbers fit it and hardly anything else. */
    LIKELY,
    /** The numbers allow it, and others. */
    POSSIBLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
