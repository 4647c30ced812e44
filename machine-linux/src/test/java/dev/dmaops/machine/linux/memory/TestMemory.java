package dev.dmaops.machine.linux.memory;

/** Memory for tests of other packages. */
public final class TestMemory {
    private TestMemory() {}

    /** Ordinary memory under numbers of its own. */
    public static PinnedMemory of(long bytes) {
        return PinnedMemory.numbered(16 << 20, bytes, -1);
    }
}
