package com.example.driver;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.NoncoherentBuffer;
import java.lang.foreign.ValueLayout;

/** The driver of a card that sends frames: knows the API and nothing of who makes its memory reachable. */
public final class NetworkCard {
    private static final long RING_BYTES = 4096;
    private static final long FRAME_BYTES = 1536;

    private final DmaDevice device;

    /** A driver for that device. */
    public NetworkCard(DmaDevice device) {
        this.device = device;
    }

    /** Puts a frame into memory that the card reads, and its address into a descriptor that both see. */
    public String send(byte[] frame) {
        try (CoherentBuffer ring = device.allocateCoherent(RING_BYTES);
                NoncoherentBuffer data = device.allocatePages(FRAME_BYTES, DmaDirection.TO_DEVICE, 0)) {
            data.segment().asByteBuffer().put(frame);
            data.syncForDevice();
            long address = data.dmaAddress().value();
            ring.segment().set(ValueLayout.JAVA_LONG, 0, address);
            if (device.streamingMask().value() < address + frame.length - 1) {
                throw new IllegalStateException("the card cannot reach " + data.dmaAddress());
            }
            return "%s: %d bytes at %s, descriptor at %s, backend %s"
                    .formatted(
                            device.id(), frame.length, data.dmaAddress(), ring.dmaAddress(), device.choice().backend());
        }
    }
}
