package dev.dmaops.backend.swiotlb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** The counters. */
abstract class CopyCountsFields extends LeadingPad {
    long mappings;
    long fallThroughs;
    long mappedBytes;
    /** Added to without a lock. */
    volatile long syncedBytes;
    /** Added to without a lock. */
    volatile long bytesToCpu;
}

/**
 * What one device did in one area of a pool. Maps are counted under the area's lock, other copies without one; who reads for a report
 * tolerates old values.
 */
@SuppressWarnings("unused") // padding
final class CopyCounts extends CopyCountsFields {
    private static final VarHandle SYNCED_BYTES;
    private static final VarHandle BYTES_TO_CPU;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SYNCED_BYTES = lookup.findVarHandle(CopyCountsFields.class, "syncedBytes", long.class);
            BYTES_TO_CPU = lookup.findVarHandle(CopyCountsFields.class, "bytesToCpu", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private long z0;
    private long z1;
    private long z2;
    private long z3;
    private long z4;
    private long z5;
    private long z6;
    private long z7;
    private long z8;
    private long z9;
    private long z10;
    private long z11;
    private long z12;
    private long z13;
    private long z14;
    private long z15;

    static CopyCounts[] perArea(int areas) {
        CopyCounts[] counts = new CopyCounts[areas];
        Arrays.setAll(counts, i -> new CopyCounts());
        return counts;
    }

    /** Under the area's lock. */
    void mapped(long bytes, boolean fellThrough) {
        mappings++;
        mappedBytes += bytes;
        if (fellThrough) {
            fallThroughs++;
        }
    }

    /** Copied in again, or back; without the lock. */
    void copied(boolean toDevice, long bytes) {
        if (toDevice) {
            SYNCED_BYTES.getAndAdd(this, bytes);
        } else {
            BYTES_TO_CPU.getAndAdd(this, bytes);
        }
    }

    long bytesToDevice() {
        return mappedBytes + syncedBytes;
    }
}
