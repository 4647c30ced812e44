package dev.dmaops.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** How a file is packed; its first bytes decide, not its name. */
public enum Compression {
    /** Not packed. */
    NONE(""),
    /** Packed with gzip. */
    GZIP("\u001f\u008b"),
    /** Packed with xz. */
    XZ("\u00fd7zXZ\0");

    /** So many bytes from the start are enough to tell. */
    public static final int MAGIC_BYTES = 6;

    /** Enough for every preset of the xz tool (the largest needs 65 MiB to unpack). */
    private static final int XZ_MEMORY_LIMIT_KIB = 128 * 1024;

    private static final int GZIP_BUFFER_BYTES = 1 << 16;

    /** One character for each byte. */
    private final String magic;

    Compression(String magic) {
        this.magic = magic;
    }

    /**
     * {@return how the file is packed that begins with these bytes}
     *
     * @param start the first bytes of the file, {@link #MAGIC_BYTES} or more unless the file is shorter
     */
    public static Compression of(byte[] start) {
        return GZIP.begins(start) ? GZIP : XZ.begins(start) ? XZ : NONE;
    }

    /**
     * Unpacks while reading.
     *
     * @param packed the packed bytes from the start; the result closes it
     * @return the plain bytes
     * @throws IOException if the start of the stream is damaged; a later damage shows when reading
     */
    public InputStream unpack(InputStream packed) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GZIPInputStream(packed, GZIP_BUFFER_BYTES);
            case XZ -> new XZInputStream(packed, XZ_MEMORY_LIMIT_KIB);
        };
    }

    /** {@return the name of the tool: {@code gzip}, {@code xz} or {@code none}} */
    public String text() {
        return this == GZIP ? "gzip" : this == XZ ? "xz" : "none";
    }

    private boolean begins(byte[] start) {
        if (start.length < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((start[i] & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
