package dev.dmaops.backend.swiotlb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Slots in use over all areas, and the most there ever were: exact at every moment, as the kernel's are. */
@SuppressWarnings("unused")
final class SlotCounter {
    private static final VarHandle USED;
    private static final VarHandle HIGH;

    static {
        try {
            USED = MethodHandles.lookup().findVarHandle(SlotCounter.class, "used", int.class);
            HIGH = MethodHandles.lookup().findVarHandle(SlotCounter.class, "high", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile int used;
    private volatile int high;

    void add(int n) {
        int now = (int) USED.getAndAdd(this, n) + n;
        int most = high;
        while (now > most && !HIGH.compareAndSet(this, most, now)) {
            most = high;
        }
    }

    int used() {
        return used;
    }

    int highWater() {
        return high;
    }

    void resetHighWater() {
        high = used;
    }
}
