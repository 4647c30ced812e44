package dev.dmaops.conformance.replay;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The first bytes of a file, unpacked.
 *
 * @param text at most {@link #BYTES} bytes, each as one character
 */
public record Opening(String text) {
    /** How many bytes are looked at, at most. */
    public static final int BYTES = 4096;

    /** The opening of these bytes. */
    static Opening of(byte[] bytes) {
        return new Opening(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** Whether the text starts with a match, blanks aside. */
    public boolean startsWith(Pattern pattern) {
        return pattern.matcher(text.stripLeading()).lookingAt();
    }

    /** Whether the text has a match anywhere. */
    public boolean contains(Pattern pattern) {
        return pattern.matcher(text).find();
    }
}
