package dev.dmaops.cli.diagnose;

/** Why a mapping finds no room in a bounce pool. */
enum PoolCause {
    /** More than one mapping can have. */
    TOO_LARGE(1, "one request is larger than a mapping can be"),
    /** Mappings are made and never undone. */
    LEAK(2, "a leak"),
    /** More is mapped at once than the pool holds. */
    LOAD(3, "a load larger than the pool"),
    /** Enough slots are free, but not in one run. */
    FRAGMENTATION(4, "fragmentation"),
    /** A free run is there, but none lies where the device needs it. */
    PLACEMENT(5, "alignment, segment boundary or area makes it impossible although free runs exist");

    private final int number;
    private final String text;

    PoolCause(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The number under which it is known. */
    int number() {
        return number;
    }

    /** What it is, in words. */
    String text() {
        return text;
    }
}
