package dev.dmaops.selection;

import java.util.function.Function;

/**
 * The name of something that rules know about a system or a device, with what holds while nobody has said anything.
 *
 * <p>A fact is given by the description of the system, or it is what an earlier rule concluded. Two facts are the same only if
 * they are the same object.
 *
 * @param <T> type of its value
 */
public final class Fact<T> {
    private final String name;
    private final T unsaid;
    private final Function<T, String> text;

    private Fact(String name, T unsaid, Function<T, String> text) {
        this.name = name;
        this.unsaid = unsaid;
        this.text = text;
    }

    /** A fact that is true or false; false while nobody has said so. */
    public static Fact<Boolean> flag(String name) {
        return new Fact<>(name, false, value -> value ? "yes" : "no");
    }

    /** A count. */
    public static Fact<Long> count(String name, long unsaid) {
        return new Fact<>(name, unsaid, value -> Long.toString(value));
    }

    /** A physical or DMA address, unsigned. */
    public static Fact<Long> address(String name, long unsaid) {
        return new Fact<>(name, unsaid, value -> "0x" + Long.toHexString(value));
    }

    /** A highest address where 0 says that there is none. */
    public static Fact<Long> limit(String name) {
        return new Fact<>(name, 0L, value -> value == 0 ? "none" : "0x" + Long.toHexString(value));
    }

    /**
     * Anything else.
     *
     * @param text how to write a value in an explanation
     */
    public static <T> Fact<T> of(String name, T unsaid, Function<T, String> text) {
        return new Fact<>(name, unsaid, text);
    }

    /** The name in explanations, such as {@code cmdline.swiotlb.force}. */
    public String name() {
        return name;
    }

    /** What holds while nobody has said anything. */
    public T unsaid() {
        return unsaid;
    }

    /** A value as explanations write it. */
    public String text(T value) {
        return text.apply(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
