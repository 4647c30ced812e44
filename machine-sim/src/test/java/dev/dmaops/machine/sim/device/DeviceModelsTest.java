package dev.dmaops.machine.sim.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPattern;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceModelsTest {
    private static final long RING = 0x10_0000;
    private static final long DATA = 0x20_0000;
    private static final int ENTRIES = 8;

    private final SimMachine machine = SimMachine.builder().open();
    private final DmaEngine engine =
            machine.devices().attach(new SimDevice("dev", 32, DmaRangeMap.IDENTITY, 0, true, Optional.empty()));
    private final BlockDevice disk = new BlockDevice(engine, 1000, 50);
    private final BlockRing ring = new BlockRing(machine.memory().segment(RING, BlockRing.bytes(ENTRIES)), ENTRIES);

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void copyEngineCopiesOrSaysHowFarItCame() {
        CopyEngine copier = new CopyEngine(engine);
        SimPattern.fill(machine.memory().segment(DATA, 10_000), 1);
        copier.setSource(DATA);
        copier.setDestination(DATA + 50_000);
        copier.setLength(10_000);
        assertThat(copier.start()).isEqualTo(CopyEngine.Status.DONE);
        assertThat(SimPattern.mismatches(machine.memory().segment(DATA + 50_000, 10_000), 1))
                .isZero();
        copier.setDestination((1L << 30) - 100);
        assertThat(copier.start()).isEqualTo(CopyEngine.Status.BUS_ERROR);
        assertThat(copier.copied()).isEqualTo(100);
    }

    @Test
    void diskWritesAndReadsBackThroughScatteredBuffers() {
        disk.setRing(RING, ENTRIES);
        SimPattern.fill(machine.memory().segment(DATA, 1024), 7);
        SimPattern.fill(machine.memory().segment(DATA + 8192, 512), 8);
        ring.describe(0, DATA, 1024, BlockRing.WRITE | BlockRing.MORE, 11, 40);
        ring.describe(1, DATA + 8192, 512, BlockRing.WRITE, 0, 0);
        ring.describe(2, DATA + 0x1_0000, 100, BlockRing.MORE, 12, 40);
        ring.describe(3, DATA + 0x2_0000, 1436, 0, 0, 0);
        assertThat(ring.completion(0).present()).isFalse();
        assertThat(disk.doorbell(4)).isTrue();
        assertThat(ring.completion(0)).isEqualTo(new BlockRing.Completion(1536, BlockRing.OK, 11, 1));
        assertThat(ring.completion(1)).isEqualTo(new BlockRing.Completion(1536, BlockRing.OK, 12, 2));
        assertThat(ring.completion(2).present()).isFalse();
        assertThat(SimPattern.mismatches(machine.memory().segment(DATA + 0x1_0000, 100), 7))
                .isZero();
        assertThat(SimPattern.mismatches(machine.memory().segment(DATA + 0x2_0000, 924), 7, 100))
                .isZero();
        assertThat(SimPattern.mismatches(machine.memory().segment(DATA + 0x2_0000 + 924, 512), 8))
                .isZero();
    }

    @Test
    void sectorNeverWrittenHoldsItsPattern() {
        disk.setRing(RING, ENTRIES);
        ring.describe(0, DATA, 512, 0, 1, 999);
        disk.doorbell(1);
        assertThat(SimPattern.mismatches(machine.memory().segment(DATA, 512), 50 + 999))
                .isZero();
    }

    @Test
    void ringWraps() {
        disk.setRing(RING, ENTRIES);
        for (long i = 0; i < 3 * ENTRIES; i++) {
            ring.describe(i, DATA, 512, 0, (int) i, i);
            assertThat(disk.doorbell(i + 1)).isTrue();
            assertThat(ring.completion(i).tag()).isEqualTo((int) i);
            assertThat(ring.completion(i + 1).present()).isFalse();
        }
    }

    @Test
    void badRequestsAndBusErrorsComeBackAsStatus() {
        disk.setRing(RING, ENTRIES);
        ring.describe(0, DATA, 100, 0, 1, 0);
        ring.describe(1, DATA, 1024, 0, 2, 999);
        ring.describe(2, DATA, 512, 0, 3, -1);
        ring.describe(3, (1L << 30) - 256, 1024, 0, 4, 0);
        ring.describe(4, (1L << 30) - 256, 1024, BlockRing.WRITE, 5, 0);
        ring.describe(5, DATA, -512, BlockRing.WRITE, 6, 0);
        assertThat(disk.doorbell(6)).isTrue();
        assertThat(ring.completion(0)).isEqualTo(new BlockRing.Completion(0, BlockRing.BAD_REQUEST, 1, 1));
        assertThat(ring.completion(1).status()).isEqualTo(BlockRing.BAD_REQUEST);
        assertThat(ring.completion(2).status()).isEqualTo(BlockRing.BAD_REQUEST);
        assertThat(ring.completion(3)).isEqualTo(new BlockRing.Completion(256, BlockRing.BUS_ERROR, 4, 4));
        assertThat(ring.completion(4)).isEqualTo(new BlockRing.Completion(256, BlockRing.BUS_ERROR, 5, 5));
        assertThat(ring.completion(5).status()).isEqualTo(BlockRing.BAD_REQUEST);
        assertThat(SimPattern.mismatches(MemorySegment.ofArray(disk.sector(0)), 50))
                .isZero();
    }

    @Test
    void deviceStopsWhenItsRingIsOutOfReach() {
        disk.setRing(5L << 30, ENTRIES);
        assertThat(disk.doorbell(1)).isFalse();
        assertThat(engine.faults()).hasSize(1);
    }

    @Test
    void cardGathersAPacketFromSeveralBuffersAndPutsItOnTheWire() {
        NetworkCard card = new NetworkCard(engine);
        card.setTransmitRing(RING, ENTRIES);
        SimPattern.fill(machine.memory().segment(DATA, 128), 7);
        SimPattern.fill(machine.memory().segment(DATA + 4096, 1000), 7, 128);
        ring.describe(0, DATA, 128, BlockRing.MORE, 3, 0);
        ring.describe(1, DATA + 4096, 1000, 0, 0, 0);

        assertThat(card.sent()).isEmpty();
        assertThat(card.transmit(2)).isTrue();

        assertThat(ring.completion(0)).isEqualTo(new BlockRing.Completion(1128, BlockRing.OK, 3, 1));
        assertThat(card.sent())
                .hasValueSatisfying(packet -> assertThat(packet.length).isEqualTo(1128))
                .hasValueSatisfying(packet -> assertThat(SimPattern.mismatches(MemorySegment.ofArray(packet), 7))
                        .isZero());
        assertThat(card.sent()).isEmpty();
    }

    @Test
    void packetThatCannotBeReadIsNotSent() {
        NetworkCard card = new NetworkCard(engine);
        card.setTransmitRing(RING, ENTRIES);
        ring.describe(0, DATA, 100, BlockRing.MORE, 3, 0);
        ring.describe(1, 1L << 31, 100, 0, 0, 0);
        ring.describe(2, DATA, NetworkCard.LONGEST_PACKET + 1, 0, 4, 0);

        assertThat(card.transmit(3)).isTrue();

        assertThat(ring.completion(0)).isEqualTo(new BlockRing.Completion(100, BlockRing.BUS_ERROR, 3, 1));
        assertThat(ring.completion(1).status()).isEqualTo(BlockRing.BAD_REQUEST);
        assertThat(card.sent()).isEmpty();
    }

    @Test
    void arrivingPacketGoesIntoTheNextPostedBufferOrIsDropped() {
        NetworkCard card = new NetworkCard(engine);
        card.setReceiveRing(RING, ENTRIES);
        byte[] packet = new byte[600];
        SimPattern.fill(MemorySegment.ofArray(packet), 9);
        assertThat(card.arrive(packet)).as("nothing is posted").isFalse();

        ring.describe(0, DATA, 2048, 0, 5, 0);
        ring.describe(1, DATA + 4096, 500, 0, 6, 0);
        card.post(2);

        assertThat(card.arrive(packet)).isTrue();
        assertThat(ring.completion(0)).isEqualTo(new BlockRing.Completion(600, BlockRing.OK, 5, 1));
        assertThat(SimPattern.mismatches(machine.memory().segment(DATA, 600), 9))
                .isZero();
        assertThat(card.arrive(packet)).as("too long for the buffer").isFalse();
        assertThat(ring.completion(1)).isEqualTo(new BlockRing.Completion(500, BlockRing.BAD_REQUEST, 6, 2));
        assertThat(card.arrive(packet)).as("no more buffers").isFalse();
    }
}
