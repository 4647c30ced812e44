package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.conformance.machine.ReplayPlatform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory as a device reaches it: every page of a DMA range translated by the bus or the IOMMU. */
final class DeviceSide {
    private static final long PAGE = 4096;

    private final ReplayPlatform replay;
    private final DmaDevice device;

    DeviceSide(ReplayPlatform replay, DmaDevice device) {
        this.replay = replay;
        this.device = device;
    }

    byte[] read(long dma, int bytes) {
        byte[] all = new byte[bytes];
        for (int done = 0; done < bytes; ) {
            MemorySegment piece = piece(dma + done, bytes - done);
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, all, done, (int) piece.byteSize());
            done += (int) piece.byteSize();
        }
        return all;
    }

    void write(long dma, byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            MemorySegment piece = piece(dma + done, bytes.length - done);
            MemorySegment.copy(bytes, done, piece, ValueLayout.JAVA_BYTE, 0, (int) piece.byteSize());
            done += (int) piece.byteSize();
        }
    }

    private MemorySegment piece(long dma, long left) {
        long length = Math.min(left, PAGE - (dma & PAGE - 1));
        return replay.machine().memory().segment(replay.physical(device, dma), length);
    }
}
