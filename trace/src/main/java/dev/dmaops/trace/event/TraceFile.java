package dev.dmaops.trace.event;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.firmware.Compression;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A trace as it was given to us, plain or packed with gzip or xz. It may be read several times.
 *
 * @param name how the user knows it
 * @param path where it is
 * @param progress is told how many packed bytes were read, again and again
 */
public record TraceFile(String name, Path path, LongConsumer progress) {
    /** Its lines from the first on. */
    public TraceLines lines() {
        try {
            return new TraceLines(this, unpack(new BufferedInputStream(counted(Files.newInputStream(path)))));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                progress.accept(Math.max(0, count));
                return count;
            }
        };
    }

    private static InputStream unpack(BufferedInputStream packed) throws IOException {
        packed.mark(Compression.MAGIC_BYTES);
        byte[] start = packed.readNBytes(Compression.MAGIC_BYTES);
        packed.reset();
        return Compression.of(start).unpack(packed);
    }

    /** The error for a file that cannot be read to its end. */
    DmaConfigurationException unreadable(IOException problem) {
        return wrong(
                name,
                "cannot read the trace",
                "a readable file, complete to its end",
                switch (problem) {
                    case NoSuchFileException missing -> "no such file";
                    case EOFException early -> "the end of a packed file that was cut short";
                    default -> Files.isDirectory(path) ? "a directory" : String.valueOf(problem.getMessage());
                },
                "Give the text of /sys/kernel/tracing/trace, plain or packed with gzip or xz.");
    }

    /** The error for a line. */
    DmaConfigurationException wrongLine(long line, String what, String expected, String found) {
        return wrong(
                name + ":" + line,
                what,
                expected,
                found,
                "Give the trace as the kernel printed it, or take the line out.");
    }

    /** The error for a place of the trace. */
    public static DmaConfigurationException wrong(
            String place, String what, String expected, String found, String cure) {
        return new DmaConfigurationException(
                DmaErrorCode.BAD_FILE, place, what + ": expected " + expected + ", found " + found + ". " + cure);
    }
}
