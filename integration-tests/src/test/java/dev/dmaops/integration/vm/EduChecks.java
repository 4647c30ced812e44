package dev.dmaops.integration.vm;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.example.edu.EduDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** What edu must do however it is reached. */
final class EduChecks {
    private static final long SEED = 20261123;

    private EduChecks() {}

    static void run(Checks checks, EduDevice edu, DmaDevice dma) {
        checks.check("registers answer", () -> {
            Checks.equal(edu.identification() & 0xff, EduDevice.MAGIC);
            Checks.equal(edu.inverted(0x12345678), ~0x12345678);
        });
        checks.check("the device computes", () -> Checks.equal(edu.factorial(5), 120));
        checks.check(
                "a transfer as long as the device's memory is refused before the device, whose emulator it would end",
                () -> {
                    try {
                        edu.writeUnchecked(0, EduDevice.MAX_BYTES + 1);
                        throw new AssertionError("it was started");
                    } catch (IllegalArgumentException e) {
                        Checks.yes(String.valueOf(e.getMessage()).contains("expected 1 to 4095"), "the limit");
                    }
                });
        checks.check("coherent memory goes through the device and back", () -> {
            try (CoherentBuffer buffer = dma.allocateCoherent(2 * 4096)) {
                roundTrip(
                        edu, buffer.segment().asSlice(0, 4095), buffer.segment().asSlice(4096, 4095));
            }
        });
        checks.check("a Java array goes through the device and back", () -> {
            roundTrip(edu, MemorySegment.ofArray(new byte[1000]), MemorySegment.ofArray(new byte[1000]));
        });
        checks.check("unpinned native memory goes through the device and back", () -> {
            try (Arena arena = Arena.ofConfined()) {
                roundTrip(edu, arena.allocate(3000), arena.allocate(3000));
            }
        });
    }

    /** Random bytes into the device from one buffer, out of it into the other. */
    static void roundTrip(EduDevice edu, MemorySegment from, MemorySegment to) {
        byte[] bytes = new byte[Math.toIntExact(from.byteSize())];
        new Random(SEED + bytes.length).nextBytes(bytes);
        MemorySegment.copy(bytes, 0, from, ValueLayout.JAVA_BYTE, 0, bytes.length);
        to.fill((byte) 0x5a);
        edu.write(from);
        edu.read(to);
        long mismatch = to.mismatch(MemorySegment.ofArray(bytes));
        Checks.equal(mismatch, -1L);
    }
}
