package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.Compression;
import dev.dmaops.firmware.FirmwareException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings the bytes of a .config file to text: reads, recognises gzip and xz by their first bytes, unpacks, decodes. */
final class ConfigUnpacker {
    /** A full Debian configuration is 0.3 MB; this leaves a wide margin and stops a decompression bomb. */
    static final int LIMIT_BYTES = 16 * 1024 * 1024;

    private ConfigUnpacker() {}

    static byte[] read(Path file) {
        String origin = file.toString();
        if (Files.isDirectory(file)) {
            throw new FirmwareException(
                    origin, "", "cannot read the kernel configuration", "a file", "a directory", "Name a .config file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return limited(origin, in);
        } catch (IOException e) {
            throw new FirmwareException(
                    origin,
                    "",
                    "cannot read the kernel configuration",
                    "",
                    FirmwareException.reason(e),
                    "Check the path and its permissions",
                    e);
        }
    }

    static String text(String origin, byte[] bytes) {
        return decoded(origin, unpacked(origin, bytes));
    }

    private static byte[] unpacked(String origin, byte[] bytes) {
        Compression packing = Compression.of(bytes);
        if (packing != Compression.NONE) {
            return inflated(origin, packing, bytes);
        }
        if (bytes.length > LIMIT_BYTES) {
            throw tooLarge(origin);
        }
        return bytes;
    }

    private static byte[] inflated(String origin, Compression packing, byte[] bytes) {
        try (InputStream in = packing.unpack(new ByteArrayInputStream(bytes))) {
            return limited(origin, in);
        } catch (EOFException e) {
            throw new FirmwareException(
                    origin,
                    "",
                    "cannot unpack the " + packing.text() + " file",
                    "a complete file",
                    "its end after " + bytes.length + " bytes",
                    "The file is cut short: copy it again",
                    e);
        } catch (IOException e) {
            throw new FirmwareException(
                    origin,
                    "",
                    "cannot unpack the " + packing.text() + " file",
                    "",
                    FirmwareException.reason(e),
                    "The file is damaged: copy it again",
                    e);
        }
    }

    private static byte[] limited(String origin, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
        if (bytes.length > LIMIT_BYTES) {
            throw tooLarge(origin);
        }
        return bytes;
    }

    private static String decoded(String origin, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                throw notText(origin, "a zero byte at byte 0x" + Integer.toHexString(i));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notText(origin, "bytes that are not UTF-8");
        }
    }

    private static FirmwareException notText(String origin, String found) {
        return new FirmwareException(
                origin,
                "",
                "is not a kernel configuration",
                "text, plain or packed with gzip or xz",
                found,
                "Give the .config of a kernel build, /boot/config-VERSION or /proc/config.gz");
    }

    private static FirmwareException tooLarge(String origin) {
        return new FirmwareException(
                origin,
                "",
                "is too large for a kernel configuration",
                "at most " + LIMIT_BYTES + " bytes of text",
                "more",
                "Give the .config of a kernel build");
    }
}
