package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Answer;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Bytes as recordings show them: a checksum, the first and the last ones; and the pattern that the module writes. */
final class Contents {
    private static final int SHOWN = 16;
    private static final HexFormat HEX = HexFormat.of();

    private Contents() {}

    /** Byte i of the module's pattern is {@code seed*31 + i*7 + (i>>8)*13}. */
    static byte[] pattern(long seed, int bytes) {
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = (byte) (seed * 31 + i * 7L + (i >> 8) * 13L);
        }
        return pattern;
    }

    static Answer.Observed observe(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        int shown = Math.min(SHOWN, bytes.length);
        return Answer.observed()
                .put("crc", HEX.toHexDigits((int) crc.getValue()))
                .put("head", HEX.formatHex(bytes, 0, shown))
                .put("tail", HEX.formatHex(bytes, bytes.length - shown, bytes.length));
    }
}
