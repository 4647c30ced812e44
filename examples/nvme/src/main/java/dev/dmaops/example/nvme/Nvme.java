package dev.dmaops.example.nvme;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.ScatterList;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * An NVMe disk: reads and writes its blocks through one queue pair, one command at a time, and polls for completions.
 *
 * <p>It knows nothing of how its memory is made reachable. Buffers may lie anywhere in the machine's memory, and begin at any multiple
 * of 4; Java arrays are copied. Not for several threads at once. The device must be a bus master before, and the caller still owns it.
 */
public final class Nvme implements AutoCloseable {
    /** Offset of the status register. */
    static final long STATUS = 0x1c;

    private static final long CONFIGURATION = 0x14;
    private static final int ENABLE = 6 << 16 | 4 << 20 | 1;
    private static final int READY = 1;
    private static final long PIECE = 8 * PrpList.PAGE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final DmaDevice device;
    private final DeviceRegisters registers;
    private final long timeoutNanos;
    private final QueuePair admin;
    private final QueuePair io;
    private final PrpList prps;
    private final CoherentBuffer staging;
    private final String model;
    private final long blocks;
    private final int blockBytes;
    private final long mostBytes;

    /**
     * Starts the controller and its namespace 1.
     *
     * @param registers BAR 0
     * @throws NvmeException when the controller does not start, or refuses what a driver needs
     */
    public Nvme(DmaDevice device, DeviceRegisters registers) {
        this.device = device;
        this.registers = registers;
        long capabilities = registers.read64(0);
        timeoutNanos = Math.max(1, capabilities >>> 24 & 0xff) * 500_000_000L;
        long stride = 4L << (capabilities >>> 32 & 15);
        device.setMasks(DmaMask.ofBits(64));
        // A copy in a bounce pool must keep its place in the page: all but the first entry begin on pages.
        device.setConstraints(device.constraints().withMinAlignMask(PrpList.PAGE - 1));
        configure(0, 0);
        admin = new QueuePair(device, registers, 0, stride, timeoutNanos);
        io = new QueuePair(device, registers, 1, stride, timeoutNanos);
        prps = new PrpList(device);
        staging = device.allocateCoherent(PIECE);
        registers.write32(0x24, (QueuePair.ENTRIES - 1) << 16 | QueuePair.ENTRIES - 1);
        registers.write64(0x28, admin.submissionDma());
        registers.write64(0x30, admin.completionDma());
        configure(ENABLE, READY);
        MemorySegment controller = identify(1, 0);
        model = new String(controller.asSlice(24, 40).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII)
                .strip();
        int limit = controller.get(ValueLayout.JAVA_BYTE, 77);
        MemorySegment namespace = identify(0, 1);
        blocks = namespace.get(LONG, 0);
        int format = namespace.get(ValueLayout.JAVA_BYTE, 26) & 15;
        blockBytes = 1 << namespace.get(ValueLayout.JAVA_BYTE, 128 + 4 * format + 2);
        mostBytes = Math.min(PrpList.mostBytes(), limit == 0 ? Long.MAX_VALUE : PrpList.PAGE << limit);
        createQueues();
    }

    private void configure(int value, int ready) {
        registers.write32(CONFIGURATION, value);
        long deadline = System.nanoTime() + timeoutNanos;
        while ((registers.read32(STATUS) & READY) != ready) {
            if (System.nanoTime() - deadline >= 0) {
                throw new NvmeException("the controller did not become " + (ready == 0 ? "disabled" : "ready"), -1);
            }
            Thread.onSpinWait();
        }
    }

    private static MemorySegment command(int opcode, int namespace) {
        MemorySegment command = MemorySegment.ofArray(new byte[64]);
        command.set(INT, 0, opcode);
        command.set(INT, 4, namespace);
        return command;
    }

    private MemorySegment identify(int what, int namespace) {
        MemorySegment command = command(0x06, namespace);
        command.set(LONG, 24, staging.dmaAddress().value());
        command.set(INT, 40, what);
        admin.execute(command);
        return MemorySegment.ofArray(staging.segment().asSlice(0, 4096).toArray(ValueLayout.JAVA_BYTE));
    }

    private void createQueues() {
        MemorySegment completion = command(0x05, 0);
        completion.set(LONG, 24, io.completionDma());
        completion.set(INT, 40, (QueuePair.ENTRIES - 1) << 16 | 1);
        completion.set(INT, 44, 1);
        admin.execute(completion);
        MemorySegment submission = command(0x01, 0);
        submission.set(LONG, 24, io.submissionDma());
        submission.set(INT, 40, (QueuePair.ENTRIES - 1) << 16 | 1);
        submission.set(INT, 44, 1 << 16 | 1);
        admin.execute(submission);
    }

    /** What the controller calls itself. */
    public String model() {
        return model;
    }

    /** Size of the disk, in blocks. */
    public long blocks() {
        return blocks;
    }

    /** Size of a block in bytes. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Bytes that one command moves at most; longer transfers become several. */
    public long mostBytes() {
        return mostBytes;
    }

    /**
     * Reads blocks.
     *
     * @param block the first
     * @param into a whole number of blocks
     * @throws NvmeException when the controller refuses
     * @throws dev.dmaops.api.DmaMappingException when the buffer cannot be made reachable
     */
    public void read(long block, MemorySegment into) {
        transfer(block, into, DmaDirection.FROM_DEVICE);
    }

    /**
     * Writes blocks; errors as for {@link #read}.
     *
     * @param block the first
     * @param from a whole number of blocks
     */
    public void write(long block, MemorySegment from) {
        transfer(block, from, DmaDirection.TO_DEVICE);
    }

    /** Makes written blocks survive a loss of power. */
    public void flush() {
        io.execute(command(0x00, 1));
    }

    private void transfer(long block, MemorySegment buffer, DmaDirection direction) {
        long bytes = buffer.byteSize();
        if (bytes == 0 || bytes % blockBytes != 0) {
            throw new IllegalArgumentException("cannot move " + bytes + " bytes: expected a multiple of " + blockBytes
                    + ", the size of a block, and at least one.");
        }
        long most = buffer.isNative() ? mostBytes : Math.min(mostBytes, PIECE);
        for (long done = 0; done < bytes; ) {
            long length = Math.min(most, bytes - done);
            MemorySegment part = buffer.asSlice(done, length);
            if (buffer.isNative()) {
                map(block + done / blockBytes, part, direction);
            } else {
                stage(block + done / blockBytes, part, direction);
            }
            done += length;
        }
    }

    private MemorySegment moving(long block, long bytes, DmaDirection direction) {
        MemorySegment command = command(direction == DmaDirection.TO_DEVICE ? 0x01 : 0x02, 1);
        command.set(LONG, 40, block);
        command.set(INT, 48, (int) (bytes / blockBytes) - 1);
        return command;
    }

    private void map(long block, MemorySegment part, DmaDirection direction) {
        ScatterList list = new ScatterList();
        // Pieces end on pages, so that wherever each of them goes they can be listed page by page.
        long cut = PIECE - (part.address() & PrpList.PAGE - 1);
        for (long done = 0; done < part.byteSize(); cut = PIECE) {
            long length = Math.min(cut, part.byteSize() - done);
            list.add(part.asSlice(done, length));
            done += length;
        }
        device.mapScatter(list, direction, DmaAttributes.NONE);
        try {
            MemorySegment command = moving(block, part.byteSize(), direction);
            prps.describe(list, command);
            io.execute(command);
        } finally {
            device.unmapScatter(list, direction, DmaAttributes.NONE);
        }
    }

    /** Through the staging buffer, which is one piece for the device. */
    private void stage(long block, MemorySegment part, DmaDirection direction) {
        if (direction == DmaDirection.TO_DEVICE) {
            MemorySegment.copy(part, 0, staging.segment(), 0, part.byteSize());
        }
        MemorySegment command = moving(block, part.byteSize(), direction);
        prps.describe(staging.dmaAddress().value(), part.byteSize(), command);
        io.execute(command);
        if (direction == DmaDirection.FROM_DEVICE) {
            MemorySegment.copy(staging.segment(), 0, part, 0, part.byteSize());
        }
    }

    /** Stops the controller and gives all memory back. */
    @Override
    public void close() {
        configure(0, 0);
        io.close();
        admin.close();
        prps.close();
        staging.close();
    }
}
