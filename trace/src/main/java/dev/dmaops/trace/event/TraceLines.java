package dev.dmaops.trace.event;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One line after the other, as bytes in a buffer that is used again: a trace of a million lines makes no million strings. {@link
 * #next} moves on; what {@link #bytes}, {@link #from} and {@link #to} say holds until then.
 */
public final class TraceLines implements AutoCloseable {
    private static final int FIRST_BYTES = 1 << 18;

    /** A list of 128 entries with three addresses each takes 8 KiB. */
    private static final int LONGEST_LINE_BYTES = 1 << 20;

    private final TraceFile file;
    private final InputStream in;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int filled;
    private int from;
    private int to = -1;
    private long number;
    private boolean ended;
    private boolean whole = true;

    TraceLines(TraceFile file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** Whether there is another line. */
    boolean next() {
        int search = to + 1;
        from = search;
        while (true) {
            for (int i = search; i < filled; i++) {
                if (bytes[i] == '\n') {
                    to = i;
                    number++;
                    return true;
                }
            }
            if (ended) {
                to = filled;
                whole = from >= filled;
                number += whole ? 0 : 1;
                return !whole;
            }
            search = filled - from;
            refill();
        }
    }

    /** Moves what is left of the buffer to its start and reads on. */
    private void refill() {
        int left = filled - from;
        if (left == bytes.length) {
            if (left >= LONGEST_LINE_BYTES) {
                throw file.wrongLine(
                        number + 1,
                        "cannot read the line",
                        "text of at most " + LONGEST_LINE_BYTES + " bytes in a line",
                        "more");
            }
            bytes = Arrays.copyOf(bytes, 2 * left);
        }
        System.arraycopy(bytes, from, bytes, 0, left);
        from = 0;
        try {
            int count = in.read(bytes, left, bytes.length - left);
            ended = count < 0;
            filled = left + Math.max(0, count);
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** What holds the line. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the line begins. */
    int from() {
        return from;
    }

    /** One past the line's last byte, without its line feed. */
    int to() {
        return to;
    }

    /** Number of the line, from 1. */
    long number() {
        return number;
    }

    /** Whether the line has its line feed; the last line of a trace that was cut short has none. */
    boolean isWhole() {
        return whole;
    }

    /** The file that they are of. */
    TraceFile file() {
        return file;
    }

    /** A part of the line, short enough for a message. */
    String quote(int start, int end) {
        int last = Math.min(end, start + 60);
        String text = new String(bytes, start, Math.max(0, last - start), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", "?");
        return "\"" + text + (last < end ? "..." : "") + "\"";
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
