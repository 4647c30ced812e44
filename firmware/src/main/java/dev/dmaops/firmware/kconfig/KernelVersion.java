package dev.dmaops.firmware.kconfig;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Linux version such as 6.12.117.
 *
 * @param major the first number
 * @param minor the second number
 * @param patch the third number; 0 if the text had none
 */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {
    private static final Comparator<KernelVersion> ORDER = Comparator.comparingInt(KernelVersion::major)
            .thenComparingInt(KernelVersion::minor)
            .thenComparingInt(KernelVersion::patch);
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,6}))?(?:[-+.~].*)?");

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public KernelVersion {
        if (major < 0 || minor < 0 || patch < 0) {
            throw new IllegalArgumentException(
                    "a kernel version has no negative part: " + major + "." + minor + "." + patch);
        }
    }

    /**
     * {@return the version that a text names, or empty if it names none} What follows the numbers ({@code -rc1},
     * {@code -amd64}) is ignored.
     *
     * @param text {@code 6.12}, {@code 6.12.117} or {@code 6.12.0-rc1}
     */
    public static Optional<KernelVersion> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String patch = form.group(3);
        return Optional.of(new KernelVersion(
                Integer.parseInt(form.group(1)),
                Integer.parseInt(form.group(2)),
                patch == null ? 0 : Integer.parseInt(patch)));
    }

    /** {@return this version without its patch level: the Kconfig rules do not change inside a stable series} */
    public KernelVersion series() {
        return new KernelVersion(major, minor, 0);
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }

    /** {@return {@code 6.12.117}, or {@code 6.12} if the patch level is 0} */
    @Override
    public String toString() {
        return patch == 0 ? major + "." + minor : major + "." + minor + "." + patch;
    }
}
