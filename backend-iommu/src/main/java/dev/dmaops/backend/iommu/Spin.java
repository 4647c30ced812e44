package dev.dmaops.backend.iommu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for a few instructions: one processor's magazines are nearly always touched by that processor alone, and then taking
 * it is one uncontended compare-and-set.
 */
class Spin {
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(Spin.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through HELD
    private boolean held;

    final void lock() {
        while ((boolean) HELD.getOpaque(this) || !HELD.compareAndSet(this, false, true)) {
            Thread.onSpinWait();
        }
    }

    final void unlock() {
        HELD.setRelease(this, false);
    }
}
