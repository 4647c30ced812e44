package dev.dmaops.machine.sim.nvme;

/** Status of a completion, as the controller reports it: status code type in the upper byte, status code in the lower. */
enum NvmeStatus {
    /** Done. */
    SUCCESS(0x000),
    /** The opcode is none of this queue's. */
    INVALID_OPCODE(0x001),
    /** A field of the command is wrong. */
    INVALID_FIELD(0x002),
    /** An access to memory led nowhere. */
    DATA_TRANSFER_ERROR(0x004),
    /** There is no such namespace. */
    INVALID_NAMESPACE(0x00b),
    /** A PRP entry that must begin on a page does not. */
    PRP_OFFSET_INVALID(0x013),
    /** The blocks lie outside of the namespace. */
    LBA_OUT_OF_RANGE(0x080),
    /** The completion queue of a new submission queue does not exist. */
    INVALID_COMPLETION_QUEUE(0x100),
    /** The queue's number is taken, 0, or too high. */
    INVALID_QUEUE(0x101),
    /** The queue's length is not one that the controller has. */
    INVALID_QUEUE_SIZE(0x102),
    /** A completion queue still serves a submission queue. */
    QUEUE_IN_USE(0x10c);

    private final int code;

    NvmeStatus(int code) {
        this.code = code;
    }

    /** Code type and code. */
    int code() {
        return code;
    }
}
