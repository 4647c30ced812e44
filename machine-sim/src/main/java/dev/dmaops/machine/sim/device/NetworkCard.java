package dev.dmaops.machine.sim.device;

import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.device.BlockRing.Descriptor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network card. Its driver shares two {@link BlockRing}s with it, whose sectors and {@link BlockRing#WRITE} flags mean nothing here:
 * packets to send, gathered from one descriptor or several, and buffers for packets that arrive, one descriptor each.
 *
 * <p>What is sent lies on the wire until {@link #sent} takes it; what arrives is handed to {@link #arrive}. The card works while these
 * and {@link #transmit} run. Not for several threads at once.
 */
public final class NetworkCard {
    /** Longest packet, in bytes: 64 KiB less one, as with segmentation in hardware. */
    public static final int LONGEST_PACKET = 65535;

    private final DmaEngine engine;
    private final ArrayDeque<byte[]> wire = new ArrayDeque<>();
    private @Nullable RingPort transmit;
    private @Nullable RingPort receive;
    private long posted;

    /** A card that reaches memory through {@code engine}, without rings yet. */
    public NetworkCard(DmaEngine engine) {
        this.engine = engine;
    }

    /** Registers: where the ring of packets to send is. Starts at descriptor 0 and completion 0. */
    public void setTransmitRing(long dma, int entries) {
        transmit = new RingPort(engine, dma, entries);
    }

    /** Registers: where the ring of buffers for arriving packets is. Starts at descriptor 0 and completion 0. */
    public void setReceiveRing(long dma, int entries) {
        receive = new RingPort(engine, dma, entries);
        posted = 0;
    }

    /**
     * Doorbell: the descriptors before {@code tail} are packets to send.
     *
     * @param tail ever growing count of descriptors
     * @return whether the card could read the ring and write its completions
     */
    public boolean transmit(long tail) {
        RingPort ring = transmit;
        while (ring != null && ring.hasBefore(tail)) {
            List<Descriptor> packet = ring.next(tail);
            if (packet.isEmpty()) {
                return false;
            }
            long bytes = packet.stream().mapToLong(Descriptor::bytes).sum();
            boolean good = bytes <= LONGEST_PACKET && packet.stream().allMatch(piece -> piece.bytes() >= 0);
            byte[] data = new byte[good ? (int) bytes : 0];
            int moved = ring.move(packet, data, true);
            boolean whole = good && moved == data.length;
            if (whole) {
                wire.add(data);
            }
            int status = !good ? BlockRing.BAD_REQUEST : whole ? BlockRing.OK : BlockRing.BUS_ERROR;
            if (!ring.complete(moved, status, packet.getFirst().tag())) {
                return false;
            }
        }
        return ring != null;
    }

    /** The oldest packet on the wire, which is taken off. */
    public Optional<byte[]> sent() {
        return Optional.ofNullable(wire.poll());
    }

    /**
     * Doorbell: the descriptors before {@code tail} are buffers for packets that arrive.
     *
     * @param tail ever growing count of descriptors
     */
    public void post(long tail) {
        posted = tail;
    }

    /**
     * A packet arrives from the wire and goes into the next buffer.
     *
     * @return false when it was dropped: no buffer is posted, the ring cannot be read or written, or the buffer cannot be
     *     written or is too short, which the completion says
     */
    public boolean arrive(byte[] packet) {
        RingPort ring = receive;
        if (ring == null || !ring.hasBefore(posted)) {
            return false;
        }
        List<Descriptor> buffer = ring.next(posted);
        if (buffer.isEmpty()) {
            return false;
        }
        int moved = ring.move(buffer, packet, false);
        long room = buffer.stream().mapToLong(Descriptor::bytes).sum();
        int status = room < packet.length
                ? BlockRing.BAD_REQUEST
                : moved == packet.length ? BlockRing.OK : BlockRing.BUS_ERROR;
        return ring.complete(moved, status, buffer.getFirst().tag()) && status == BlockRing.OK;
    }
}
