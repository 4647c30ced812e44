package dev.dmaops.selection;

/** What somebody has said about a switch that has a default. */
public enum Saying {
    /** Nothing: the default holds. */
    UNSAID("not given"),
    /** On. */
    YES("yes"),
    /** Off. */
    NO("no");

    private final String text;

    Saying(String text) {
        this.text = text;
    }

    /** A given answer. */
    public static Saying of(boolean yes) {
        return yes ? YES : NO;
    }

    /** A fact of this kind; unsaid until somebody speaks. */
    static Fact<Saying> fact(String name) {
        return Fact.of(name, UNSAID, value -> value.text);
    }
}
