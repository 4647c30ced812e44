package dev.dmaops.cli.workload;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.device.BlockRing;
import dev.dmaops.machine.sim.device.NetworkCard;
import java.util.Optional;

/** A driver of a simulated network card: two rings in coherent memory. */
final class PacketDriver implements AutoCloseable {
    private static final int ENTRIES = 64;

    private final CoherentBuffer memory;
    private final NetworkCard card;
    private final BlockRing transmit;
    private final BlockRing receive;
    private long described;
    private long sent;
    private long posted;
    private long arrived;

    /** Allocates the rings. */
    PacketDriver(DmaDevice device, DmaEngine engine) {
        long bytes = BlockRing.bytes(ENTRIES);
        memory = device.allocateCoherent(2 * bytes);
        transmit = new BlockRing(memory.segment(), ENTRIES);
        receive = new BlockRing(memory.segment().asSlice(bytes), ENTRIES);
        card = new NetworkCard(engine);
        card.setTransmitRing(memory.dmaAddress().value(), ENTRIES);
        card.setReceiveRing(memory.dmaAddress().value() + bytes, ENTRIES);
    }

    /** Adds a piece to the packet that {@link #send} sends. */
    void piece(long dma, long bytes, boolean last) {
        transmit.describe(described++, dma, (int) bytes, last ? 0 : BlockRing.MORE, 0, 0);
    }

    /** Sends, and gives what came out on the wire; empty when the card says that it could not. */
    Optional<byte[]> send() {
        boolean worked = card.transmit(described);
        BlockRing.Completion completion = transmit.completion(sent++);
        return worked && completion.present() && completion.status() == BlockRing.OK ? card.sent() : Optional.empty();
    }

    /** Hands the card a buffer for a packet that arrives. */
    void post(long dma, long bytes) {
        receive.describe(posted++, dma, (int) bytes, 0, 0, 0);
        card.post(posted);
    }

    /** A packet arrives in the buffer that was posted first; how many bytes the card says it wrote. */
    long arrive(byte[] packet) {
        boolean stored = card.arrive(packet);
        BlockRing.Completion completion = receive.completion(arrived++);
        return stored && completion.present() ? completion.bytes() : -1;
    }

    @Override
    public void close() {
        memory.close();
    }
}
