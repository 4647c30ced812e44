package dev.dmaops.machine.sim.nvme;

import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.nvme.PrpReader.Found;
import dev.dmaops.machine.sim.nvme.PrpReader.Piece;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * An NVMe controller with one namespace of 512-byte blocks, an admin queue pair and one for blocks. This object is its register
 * window, BAR 0; everything else it reads and writes by DMA, through the {@link DmaEngine} of its device. It polls nothing: it works
 * while a doorbell is written, in the writer's thread, and delivers no interrupts.
 *
 * <p>What a driver does wrong in a command ends in that command's status. A queue that cannot be read or written, and a doorbell of a
 * queue that does not exist, make the controller stop with its fatal status (CSTS.CFS) until it is reset.
 */
public final class NvmeController implements DeviceRegisters {
    /** Length of the register window in bytes. */
    public static final long WINDOW = 0x2000;

    private static final int MOST_ENTRIES = 64;
    private static final int MDTS = 5;
    private static final long CAP = (long) (MOST_ENTRIES - 1) | 1L << 16 | 1L << 24 | 1L << 37 | 4L << 52;
    private static final int VERSION = 0x1_0400;
    private static final int ENABLE = 1;
    private static final int READY = 1;
    private static final int FATAL = 2;
    private static final int SHUTDOWN_DONE = 2 << 2;
    private static final long DOORBELLS = 0x1000;

    private final DmaEngine engine;
    private final NvmeDisk disk;
    private final NvmeQueues queues;
    private int configuration;
    private int status;
    private int adminSizes;
    private long adminSubmission;
    private long adminCompletion;

    /**
     * A controller after power-on.
     *
     * @param engine the device's way to memory
     * @param blocks size of its namespace, in blocks of 512 bytes, at least 1
     */
    public NvmeController(DmaEngine engine, long blocks) {
        if (blocks < 1) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "nvme: cannot have " + blocks + " blocks: expected 1 or more. Give the namespace a size.");
        }
        this.engine = engine;
        disk = new NvmeDisk(blocks);
        queues = new NvmeQueues(engine);
    }

    @Override
    public long bytes() {
        return WINDOW;
    }

    @Override
    public synchronized int read32(long offset) {
        require(offset, 4);
        return switch ((int) offset) {
            case 0x00 -> (int) CAP;
            case 0x04 -> (int) (CAP >>> 32);
            case 0x08 -> VERSION;
            case 0x14 -> configuration;
            case 0x1c -> status;
            case 0x24 -> adminSizes;
            case 0x28 -> (int) adminSubmission;
            case 0x2c -> (int) (adminSubmission >>> 32);
            case 0x30 -> (int) adminCompletion;
            case 0x34 -> (int) (adminCompletion >>> 32);
            default -> 0;
        };
    }

    @Override
    public synchronized void write32(long offset, int value) {
        require(offset, 4);
        if (offset >= DOORBELLS) {
            doorbell((int) ((offset - DOORBELLS) >>> 2), value);
            return;
        }
        switch ((int) offset) {
            case 0x14 -> configure(value);
            case 0x24 -> adminSizes = value & 0x0fff_0fff;
            case 0x28 -> adminSubmission = withLow(adminSubmission, value & 0xffff_f000L);
            case 0x2c -> adminSubmission = withHigh(adminSubmission, value);
            case 0x30 -> adminCompletion = withLow(adminCompletion, value & 0xffff_f000L);
            case 0x34 -> adminCompletion = withHigh(adminCompletion, value);
            default -> {
                // Read-only or reserved: hardware ignores the write.
            }
        }
    }

    private static long withLow(long register, long low) {
        return (register & ~0xffff_ffffL) | low;
    }

    private static long withHigh(long register, int high) {
        return (register & 0xffff_ffffL) | (long) high << 32;
    }

    @Override
    public synchronized long read64(long offset) {
        require(offset, 8);
        return withHigh(Integer.toUnsignedLong(read32(offset)), read32(offset + 4));
    }

    @Override
    public synchronized void write64(long offset, long value) {
        require(offset, 8);
        write32(offset, (int) value);
        write32(offset + 4, (int) (value >>> 32));
    }

    private static void require(long offset, int width) {
        if (offset < 0 || offset > WINDOW - width || (offset & width - 1) != 0) {
            throw new DmaUsageException(
                    DmaErrorCode.OUTSIDE_BUFFER,
                    "nvme: cannot access offset=0x" + Long.toHexString(offset) + " width=" + width + " of a window of "
                            + WINDOW + " bytes: expected a multiple of the width inside of it.");
        }
    }

    private void configure(int value) {
        boolean was = (configuration & ENABLE) != 0;
        configuration = value;
        if ((value & ENABLE) == 0) {
            queues.clear();
            status = 0;
        } else if (!was) {
            start();
        }
        if ((value >>> 14 & 3) != 0) {
            status = (status & ~(3 << 2)) | SHUTDOWN_DONE;
        }
    }

    private void start() {
        boolean sizes = (configuration >>> 16 & 15) == 6 && (configuration >>> 20 & 15) == 4;
        if (!sizes || (configuration >>> 7 & 15) > 4) {
            status = FATAL;
            return;
        }
        queues.completion(0, adminCompletion, (adminSizes >>> 16 & 0xfff) + 1);
        queues.submission(0, adminSubmission, (adminSizes & 0xfff) + 1, 0);
        status = READY;
    }

    private long page() {
        return 4096L << (configuration >>> 7 & 15);
    }

    private void doorbell(int index, int value) {
        if ((status & READY) == 0 || (status & FATAL) != 0) {
            return;
        }
        boolean known = (index & 1) == 0 ? queues.tail(index >>> 1, value) : queues.head(index >>> 1, value);
        if (!known) {
            status |= FATAL;
            return;
        }
        // Room for completions lets any queue go on.
        MemorySegment command = MemorySegment.ofArray(new byte[NvmeQueues.COMMAND]);
        for (int number = 0; number < NvmeQueues.COUNT; number++) {
            while (queues.ready(number)) {
                if (!queues.fetch(number, command) || !execute(number, command)) {
                    status |= FATAL;
                    return;
                }
            }
        }
    }

    private boolean execute(int number, MemorySegment command) {
        int first = command.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        NvmeStatus done = (first >>> 14 & 3) != 0
                ? NvmeStatus.INVALID_FIELD
                : number == 0 ? administer(first & 0xff, command) : move(first & 0xff, command);
        // The result of Set Features is the number of queues of each kind, less one: 0, whatever was asked.
        return queues.complete(number, first >>> 16 & 0xffff, done, 0);
    }

    private static int word(MemorySegment command, int number) {
        return command.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * number);
    }

    private static long address(MemorySegment command, int entry) {
        return command.get(ValueLayout.JAVA_LONG_UNALIGNED, 24 + 8L * (entry - 1));
    }

    // Administration

    private NvmeStatus administer(int opcode, MemorySegment command) {
        return switch (opcode) {
            case 0x00 -> deleteSubmission(word(command, 10) & 0xffff);
            case 0x01 -> createSubmission(command);
            case 0x04 -> deleteCompletion(word(command, 10) & 0xffff);
            case 0x05 -> createCompletion(command);
            case 0x06 -> identify(command);
            case 0x09 -> (word(command, 10) & 0xff) == 7 ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD;
            default -> NvmeStatus.INVALID_OPCODE;
        };
    }

    private NvmeStatus createCompletion(MemorySegment command) {
        int number = word(command, 10) & 0xffff;
        int entries = (word(command, 10) >>> 16) + 1;
        if (number == 0 || number >= NvmeQueues.COUNT || queues.hasCompletion(number)) {
            return NvmeStatus.INVALID_QUEUE;
        }
        NvmeStatus wrong = queueShape(command, entries);
        if (wrong == NvmeStatus.SUCCESS) {
            queues.completion(number, address(command, 1), entries);
        }
        return wrong;
    }

    private NvmeStatus createSubmission(MemorySegment command) {
        int number = word(command, 10) & 0xffff;
        int entries = (word(command, 10) >>> 16) + 1;
        int completion = word(command, 11) >>> 16;
        if (number == 0 || number >= NvmeQueues.COUNT || queues.hasSubmission(number)) {
            return NvmeStatus.INVALID_QUEUE;
        }
        if (completion == 0 || completion >= NvmeQueues.COUNT || !queues.hasCompletion(completion)) {
            return NvmeStatus.INVALID_COMPLETION_QUEUE;
        }
        NvmeStatus wrong = queueShape(command, entries);
        if (wrong == NvmeStatus.SUCCESS) {
            queues.submission(number, address(command, 1), entries, completion);
        }
        return wrong;
    }

    /** Queues are contiguous here, begin on a page and have 2 to 64 entries. */
    private NvmeStatus queueShape(MemorySegment command, int entries) {
        if (entries < 2 || entries > MOST_ENTRIES) {
            return NvmeStatus.INVALID_QUEUE_SIZE;
        }
        if ((word(command, 11) & 1) == 0) {
            return NvmeStatus.INVALID_FIELD;
        }
        return (address(command, 1) & page() - 1) != 0 ? NvmeStatus.PRP_OFFSET_INVALID : NvmeStatus.SUCCESS;
    }

    private NvmeStatus deleteSubmission(int number) {
        if (number == 0 || number >= NvmeQueues.COUNT || !queues.hasSubmission(number)) {
            return NvmeStatus.INVALID_QUEUE;
        }
        queues.deleteSubmission(number);
        return NvmeStatus.SUCCESS;
    }

    private NvmeStatus deleteCompletion(int number) {
        if (number == 0 || number >= NvmeQueues.COUNT || !queues.hasCompletion(number)) {
            return NvmeStatus.INVALID_QUEUE;
        }
        if (queues.serves(number)) {
            return NvmeStatus.QUEUE_IN_USE;
        }
        queues.deleteCompletion(number);
        return NvmeStatus.SUCCESS;
    }

    private NvmeStatus identify(MemorySegment command) {
        MemorySegment page = MemorySegment.ofArray(new byte[4096]);
        switch (word(command, 10) & 0xff) {
            case 0 -> {
                if (word(command, 1) != 1) {
                    return NvmeStatus.INVALID_NAMESPACE;
                }
                page.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, disk.blocks());
                page.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, disk.blocks());
                page.set(ValueLayout.JAVA_LONG_UNALIGNED, 16, disk.blocks());
                page.set(ValueLayout.JAVA_INT_UNALIGNED, 128, 9 << 16);
            }
            case 1 -> {
                text(page, 4, 20, "SIM-0001");
                text(page, 24, 40, "DmaOps simulated NVMe");
                text(page, 64, 8, "1.0");
                page.set(ValueLayout.JAVA_BYTE, 77, (byte) MDTS);
                page.set(ValueLayout.JAVA_INT_UNALIGNED, 80, VERSION);
                page.set(ValueLayout.JAVA_BYTE, 512, (byte) 0x66);
                page.set(ValueLayout.JAVA_BYTE, 513, (byte) 0x44);
                page.set(ValueLayout.JAVA_INT_UNALIGNED, 516, 1);
            }
            case 2 -> {
                if (word(command, 1) == 0) {
                    page.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 1);
                }
            }
            default -> {
                return NvmeStatus.INVALID_FIELD;
            }
        }
        return transfer(command, page, true);
    }

    private static void text(MemorySegment page, long offset, int length, String text) {
        byte[] padded = (text + " ".repeat(length)).substring(0, length).getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(MemorySegment.ofArray(padded), 0, page, offset, length);
    }

    // Blocks

    private NvmeStatus move(int opcode, MemorySegment command) {
        if (opcode > 2) {
            return NvmeStatus.INVALID_OPCODE;
        }
        if (word(command, 1) != 1) {
            return NvmeStatus.INVALID_NAMESPACE;
        }
        if (opcode == 0) {
            return NvmeStatus.SUCCESS;
        }
        long block = command.get(ValueLayout.JAVA_LONG_UNALIGNED, 40);
        int count = (word(command, 12) & 0xffff) + 1;
        if (!disk.holds(block, count)) {
            return NvmeStatus.LBA_OUT_OF_RANGE;
        }
        long bytes = (long) count * NvmeDisk.BLOCK;
        if (bytes > 4096L << MDTS) {
            return NvmeStatus.INVALID_FIELD;
        }
        MemorySegment data = MemorySegment.ofArray(new byte[(int) bytes]);
        if (opcode == 2) {
            disk.read(block, data);
        }
        NvmeStatus moved = transfer(command, data, opcode == 2);
        if (opcode == 1 && moved == NvmeStatus.SUCCESS) {
            disk.write(block, data);
        }
        return moved;
    }

    /** Moves data between the device and the pages of a command. */
    private NvmeStatus transfer(MemorySegment command, MemorySegment data, boolean toMemory) {
        Found found = new PrpReader(engine, page()).find(address(command, 1), address(command, 2), data.byteSize());
        if (found.error().isPresent()) {
            return found.error().get();
        }
        long done = 0;
        for (Piece piece : found.pieces()) {
            MemorySegment part = data.asSlice(done, piece.bytes());
            long moved = toMemory ? engine.write(piece.dma(), part) : engine.read(piece.dma(), part);
            if (moved != piece.bytes()) {
                return NvmeStatus.DATA_TRANSFER_ERROR;
            }
            done += piece.bytes();
        }
        return NvmeStatus.SUCCESS;
    }
}
