package dev.dmaops.example.nvme;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.api.DmaDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** A submission queue and its completion queue, with one command at a time. */
final class QueuePair implements AutoCloseable {
    static final int ENTRIES = 64;
    private static final int COMMAND = 64;
    private static final int COMPLETION = 16;
    private static final long DOORBELLS = 0x1000;
    private static final long FATAL = 2;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final int number;
    private final DeviceRegisters registers;
    private final long stride;
    private final long timeoutNanos;
    private final CoherentBuffer submission;
    private final CoherentBuffer completion;
    private int tail;
    private int head;
    private int phase = 1;
    private int next;

    /**
     * Allocates the queues; the controller has not been told yet.
     *
     * @param stride bytes between doorbells
     */
    QueuePair(DmaDevice device, DeviceRegisters registers, int number, long stride, long timeoutNanos) {
        this.registers = registers;
        this.number = number;
        this.stride = stride;
        this.timeoutNanos = timeoutNanos;
        submission = device.allocateCoherent(ENTRIES * COMMAND);
        completion = device.allocateCoherent(Math.max(4096, ENTRIES * COMPLETION));
    }

    long submissionDma() {
        return submission.dmaAddress().value();
    }

    long completionDma() {
        return completion.dmaAddress().value();
    }

    /**
     * Carries a command out.
     *
     * @param command 64 bytes; its identifier is filled in
     * @throws NvmeException when it ends in an error, or does not end in time
     */
    int execute(MemorySegment command) {
        int identifier = next++ & 0x7fff;
        command.set(INT, 0, (command.get(INT, 0) & 0xffff) | identifier << 16);
        MemorySegment.copy(command, 0, submission.segment(), (long) tail * COMMAND, COMMAND);
        tail = (tail + 1) % ENTRIES;
        registers.write32(DOORBELLS + 2L * number * stride, tail);
        return await(command.get(INT, 0) & 0xff, identifier);
    }

    private int await(int opcode, int identifier) {
        long entry = (long) head * COMPLETION;
        long deadline = System.nanoTime() + timeoutNanos;
        while ((completion.segment().get(INT, entry + 12) >>> 16 & 1) != phase) {
            if ((registers.read32(Nvme.STATUS) & FATAL) != 0) {
                throw new NvmeException("queue " + number + ": the controller gave up in opcode " + opcode, -1);
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new NvmeException(
                        "queue " + number + ": no completion of opcode " + opcode + " within "
                                + timeoutNanos / 1_000_000 + " ms",
                        -1);
            }
            Thread.onSpinWait();
        }
        // The phase bit comes last: nothing of the entry may be older than it.
        VarHandle.acquireFence();
        int last = completion.segment().get(INT, entry + 12);
        int result = completion.segment().get(INT, entry);
        head++;
        if (head == ENTRIES) {
            head = 0;
            phase ^= 1;
        }
        registers.write32(DOORBELLS + (2L * number + 1) * stride, head);
        int status = last >>> 17 & 0x7ff;
        if ((last & 0xffff) != identifier || status != 0) {
            throw new NvmeException(
                    "queue " + number + ": opcode " + opcode + " ended with status 0x" + Integer.toHexString(status),
                    status);
        }
        return result;
    }

    @Override
    public void close() {
        submission.close();
        completion.close();
    }
}
