package dev.dmaops.conformance.replay;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.conformance.row.Malformed;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A file as it was given to us, packed or not.
 *
 * @param path where it is
 * @param progress is told how many packed bytes were read, again and again
 */
public record RecordingFile(Path path, LongConsumer progress) {
    private static final int BUFFER = 1 << 16;
    private static final int XZ_MEMORY_KIB = 128 * 1024;

    /** Its name, for reports. */
    public String name() {
        return path.getFileName().toString();
    }

    /** The same file, read without telling anyone. */
    public RecordingFile silent() {
        return new RecordingFile(path, read -> {});
    }

    /** Its bytes, unpacked by content: gzip and xz. The caller closes them. */
    public InputStream bytes() {
        try {
            return unpack(new BufferedInputStream(new CountingInput(Files.newInputStream(path), progress), BUFFER));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static InputStream unpack(BufferedInputStream packed) throws IOException {
        packed.mark(2);
        int first = packed.read();
        int second = packed.read();
        packed.reset();
        if (first == 0x1f && second == 0x8b) {
            return new BufferedInputStream(new GZIPInputStream(packed, BUFFER), BUFFER);
        }
        return first == 0xfd && second == '7'
                ? new BufferedInputStream(new XZInputStream(packed, XZ_MEMORY_KIB), BUFFER)
                : packed;
    }

    /** Its first bytes, unpacked. */
    public Opening opening() {
        try (InputStream in = bytes()) {
            return Opening.of(in.readNBytes(Opening.BYTES));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The whole of it, unpacked; for the kinds that are small by nature. */
    public byte[] all(int limit) {
        try (InputStream in = bytes()) {
            byte[] all = in.readNBytes(limit + 1);
            if (all.length > limit) {
                throw Malformed.at(path.toString(), "size", "at most " + limit + " bytes", "more");
            }
            return all;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A file beside this one. */
    public RecordingFile sibling(String name) {
        return new RecordingFile(path.resolveSibling(name), progress);
    }

    /** Whether the file is there. */
    public boolean exists() {
        return Files.isRegularFile(path);
    }

    /** The error for a file that cannot be read to its end. */
    public DmaConfigurationException unreadable(IOException problem) {
        return Malformed.at(
                path.toString(),
                "file",
                "a readable file, complete to its end",
                switch (problem) {
                    case NoSuchFileException missing -> "no such file";
                    default -> Files.isDirectory(path) ? "a directory" : String.valueOf(problem.getMessage());
                });
    }

    /** The same for an error that came through a stream. */
    public DmaConfigurationException unreadable(UncheckedIOException problem) {
        return unreadable(new IOException(problem.getCause()));
    }
}
