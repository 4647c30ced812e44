package dev.dmaops.spi;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Linux release.
 *
 * @param major first number
 * @param minor second number
 * @param patch third number, or {@link #NEWEST_PATCH} when only two were given
 */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {
    /** The patch level of a version given without one: the newest known. */
    public static final int NEWEST_PATCH = Integer.MAX_VALUE;

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,5})(?:\\.(\\d{1,6}))?(?:[-+~].*)?");

    /** A release without patch level: its newest. */
    public static KernelVersion of(int major, int minor) {
        return new KernelVersion(major, minor, NEWEST_PATCH);
    }

    /** The version in a text such as {@code 6.12}, {@code 6.12.117} or {@code 6.12.117+deb12-amd64}; empty for others. */
    public static Optional<KernelVersion> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String patch = matcher.group(3);
        return Optional.of(new KernelVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? NEWEST_PATCH : Integer.parseInt(patch)));
    }

    /** Whether this is the given release or a later one. */
    public boolean atLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    @Override
    public int compareTo(KernelVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = Integer.compare(minor, other.minor);
        return byMajor != 0 ? byMajor : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + (patch == NEWEST_PATCH ? "" : "." + patch);
    }
}
