package dev.dmaops.firmware.log;

import dev.dmaops.firmware.Compression;
import dev.dmaops.firmware.FirmwareException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Streams a kernel log of any length: what {@code dmesg} prints, a console capture, a system log, {@code journalctl -k}. Memory
 * does not grow with the log.
 */
public final class KernelLog {
    /** What is longer is cut: the kernel writes no line of that length. */
    private static final int LONGEST_LINE = 8192;

    private static final int BUFFER_BYTES = 1 << 16;

    private final String origin;

    /** What a reader does with a log. Methods are called in the order of the lines. */
    public interface Listener {
        /**
         * A line with a time of the kernel's clock, also one that says nothing about DMA.
         *
         * @param number the line
         * @param seconds seconds since the kernel started
         */
        void time(long number, double seconds);

        /**
         * A line that says something about DMA; follows its {@link #time}.
         *
         * @param entry the line
         */
        void entry(LogEntry entry);
    }

    private KernelLog(String origin) {
        this.origin = origin;
    }

    /**
     * Reads a file, packed with gzip or xz or plain; its first bytes decide, not its name.
     *
     * @param file the file
     * @param listener gets what was read
     * @return the number of lines
     * @throws FirmwareException if the file cannot be read or unpacked
     */
    public static long read(Path file, Listener listener) {
        KernelLog log = new KernelLog(file.toString());
        if (Files.isDirectory(file)) {
            throw log.unreadable("cannot read the kernel log", "a file", "a directory", "Name a file, or - for input");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return log.unpack(in, listener);
        } catch (IOException e) {
            throw log.unreadable(
                    "cannot read the kernel log",
                    "",
                    FirmwareException.reason(e),
                    "Check the path and its permissions",
                    e);
        }
    }

    /**
     * Reads a stream, packed or plain, to its end.
     *
     * @param origin how the user knows the stream
     * @param in the stream; not closed
     * @param listener gets what was read
     * @return the number of lines
     * @throws FirmwareException if the stream cannot be read or unpacked
     */
    public static long read(String origin, InputStream in, Listener listener) {
        KernelLog log = new KernelLog(origin);
        try {
            return log.unpack(in, listener);
        } catch (IOException e) {
            throw log.unreadable("cannot read the kernel log", "", FirmwareException.reason(e), "", e);
        }
    }

    private long unpack(InputStream raw, Listener listener) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
        in.mark(Compression.MAGIC_BYTES);
        Compression packing = Compression.of(in.readNBytes(Compression.MAGIC_BYTES));
        in.reset();
        if (packing == Compression.NONE) {
            return lines(in, listener);
        }
        try {
            return lines(packing.unpack(in), listener);
        } catch (IOException e) {
            throw unreadable(
                    "cannot unpack the " + packing.text() + " file",
                    "a complete file",
                    FirmwareException.reason(e),
                    "The file is cut short or damaged: copy it again",
                    e);
        }
    }

    private static long lines(InputStream in, Listener listener) throws IOException {
        byte[] line = new byte[LONGEST_LINE];
        byte[] buffer = new byte[BUFFER_BYTES];
        int length = 0;
        boolean open = false;
        long number = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int from = 0;
            while (from < count) {
                int end = indexOfLineFeed(buffer, from, count);
                int kept = Math.min(end - from, LONGEST_LINE - length);
                System.arraycopy(buffer, from, line, length, kept);
                length += kept;
                open = end == count;
                if (!open) {
                    take(++number, line, length, listener);
                    length = 0;
                }
                from = end + 1;
            }
        }
        if (open) {
            take(++number, line, length, listener);
        }
        return number;
    }

    private static int indexOfLineFeed(byte[] buffer, int from, int end) {
        int at = from;
        while (at < end && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private static void take(long number, byte[] bytes, int length, Listener listener) {
        String line = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        LogPrefix prefix = LogPrefix.of(line);
        if (!Double.isNaN(prefix.sinceBoot())) {
            listener.time(number, prefix.sinceBoot());
        }
        String message = line.substring(prefix.messageStart());
        LogLines.read(message)
                .ifPresent(meaning ->
                        listener.entry(new LogEntry(number, prefix.stamp(line), printable(message), meaning)));
    }

    /** As UTF-8, without what would change the reader's terminal. */
    private static String printable(String message) {
        String text = new String(message.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }

    private FirmwareException unreadable(String what, String expected, String found, String cure) {
        return new FirmwareException(origin, "", what, expected, found, cure);
    }

    private FirmwareException unreadable(String what, String expected, String found, String cure, Throwable cause) {
        return new FirmwareException(origin, "", what, expected, found, cure, cause);
    }
}
