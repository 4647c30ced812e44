package dev.dmaops.machine.sim.nvme;

import dev.dmaops.machine.sim.DmaEngine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The queue pairs: number 0 for the administrator, number 1 for blocks. */
final class NvmeQueues {
    static final int COUNT = 2;
    static final int COMMAND = 64;
    private static final int COMPLETION = 16;

    private final DmaEngine engine;
    private final @Nullable Submission[] submissions = new @Nullable Submission[COUNT];
    private final @Nullable Completion[] completions = new @Nullable Completion[COUNT];

    /** A submission queue. */
    static final class Submission {
        final int completion;
        private final long dma;
        private final int entries;
        private int head;
        private int tail;

        private Submission(long dma, int entries, int completion) {
            this.dma = dma;
            this.entries = entries;
            this.completion = completion;
        }
    }

    private static final class Completion {
        private final long dma;
        private final int entries;
        private int head;
        private int tail;
        private int phase = 1;

        Completion(long dma, int entries) {
            this.dma = dma;
            this.entries = entries;
        }
    }

    NvmeQueues(DmaEngine engine) {
        this.engine = engine;
    }

    void clear() {
        for (int i = 0; i < COUNT; i++) {
            submissions[i] = null;
            completions[i] = null;
        }
    }

    boolean hasSubmission(int number) {
        return submissions[number] != null;
    }

    boolean hasCompletion(int number) {
        return completions[number] != null;
    }

    boolean serves(int completion) {
        for (Submission submission : submissions) {
            if (submission != null && submission.completion == completion) {
                return true;
            }
        }
        return false;
    }

    void submission(int number, long dma, int entries, int completion) {
        submissions[number] = new Submission(dma, entries, completion);
    }

    void completion(int number, long dma, int entries) {
        completions[number] = new Completion(dma, entries);
    }

    void deleteSubmission(int number) {
        submissions[number] = null;
    }

    void deleteCompletion(int number) {
        completions[number] = null;
    }

    /** A doorbell: commands before {@code tail} are there. False when there is no such queue or place. */
    boolean tail(int number, int tail) {
        Submission queue = number < COUNT ? submissions[number] : null;
        if (queue == null || tail < 0 || tail >= queue.entries) {
            return false;
        }
        queue.tail = tail;
        return true;
    }

    /** A doorbell: completions before {@code head} were seen. False when there is no such queue or place. */
    boolean head(int number, int head) {
        Completion queue = number < COUNT ? completions[number] : null;
        if (queue == null || head < 0 || head >= queue.entries) {
            return false;
        }
        queue.head = head;
        return true;
    }

    /** Whether a command waits for which there is room to complete it. */
    boolean ready(int number) {
        Submission queue = submissions[number];
        if (queue == null || queue.head == queue.tail) {
            return false;
        }
        Completion completion = completions[queue.completion];
        return completion != null && (completion.tail + 1) % completion.entries != completion.head;
    }

    /** The next command; false when it could not be read. */
    boolean fetch(int number, MemorySegment into) {
        Submission queue = submissions[number];
        if (queue == null || engine.read(queue.dma + (long) queue.head * COMMAND, into) != COMMAND) {
            return false;
        }
        queue.head = (queue.head + 1) % queue.entries;
        return true;
    }

    /** Reports that a command is done; false when that could not be written. */
    boolean complete(int number, int command, NvmeStatus status, int result) {
        Submission from = submissions[number];
        Completion queue = from == null ? null : completions[from.completion];
        if (from == null || queue == null) {
            return true;
        }
        MemorySegment entry = MemorySegment.ofArray(new byte[COMPLETION]);
        entry.set(ValueLayout.JAVA_INT_UNALIGNED, 0, result);
        entry.set(ValueLayout.JAVA_INT_UNALIGNED, 8, number << 16 | from.head);
        entry.set(ValueLayout.JAVA_INT_UNALIGNED, 12, status.code() << 17 | queue.phase << 16 | command);
        if (engine.write(queue.dma + (long) queue.tail * COMPLETION, entry) != COMPLETION) {
            return false;
        }
        queue.tail++;
        if (queue.tail == queue.entries) {
            queue.tail = 0;
            queue.phase ^= 1;
        }
        return true;
    }
}
