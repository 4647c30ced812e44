package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.machine.sim.DmaEngine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** What CPU and device find in memory: the device with nothing but its own engine and an address. */
final class DeviceBytes {
    private static final int SHOWN = 16;

    private final ReplayPlatform replay;

    DeviceBytes(ReplayPlatform replay) {
        this.replay = replay;
    }

    /** Bytes that differ from those of another seed everywhere. */
    static byte[] pattern(int seed, long bytes) {
        byte[] pattern = new byte[Math.toIntExact(bytes)];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (seed + i * 7 + (i >> 8) * 13);
        }
        return pattern;
    }

    /** The CPU writes. */
    void put(long physical, byte[] bytes) {
        MemorySegment.copy(bytes, 0, cpu(physical, bytes.length), ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** Whether the CPU finds exactly these bytes. */
    boolean isAt(long physical, byte[] bytes) {
        return Arrays.equals(cpu(physical, bytes.length).toArray(ValueLayout.JAVA_BYTE), bytes);
    }

    /** Whether the CPU finds nothing but zeroes. */
    boolean isZero(long physical, long bytes) {
        MemorySegment memory = cpu(physical, bytes);
        for (long i = 0; i < bytes; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != 0) {
                return false;
            }
        }
        return true;
    }

    private MemorySegment cpu(long physical, long bytes) {
        return replay.machine().memory().segment(physical, bytes);
    }

    /** Whether the device finds the first of these bytes. */
    boolean deviceSeesHead(DmaDevice device, long dma, byte[] bytes) {
        return deviceSees(device, dma, Arrays.copyOf(bytes, Math.min(bytes.length, SHOWN)));
    }

    /** Whether the device finds the last of these bytes. */
    boolean deviceSeesTail(DmaDevice device, long dma, byte[] bytes) {
        int shown = Math.min(bytes.length, SHOWN);
        return deviceSees(
                device, dma + bytes.length - shown, Arrays.copyOfRange(bytes, bytes.length - shown, bytes.length));
    }

    boolean deviceSees(DmaDevice device, long dma, byte[] bytes) {
        byte[] found = new byte[bytes.length];
        return engine(device).read(dma, MemorySegment.ofArray(found)) == bytes.length && Arrays.equals(found, bytes);
    }

    /** The device writes. */
    void deviceWrites(DmaDevice device, long dma, byte[] bytes) {
        engine(device).write(dma, MemorySegment.ofArray(bytes));
    }

    private DmaEngine engine(DmaDevice device) {
        return replay.machine().devices().engine(device.id());
    }
}
