package dev.dmaops.firmware.cmdline;

import java.util.Optional;

/**
 * One word of a kernel command line.
 *
 * @param name what stands before the first {@code =}, or the whole word
 * @param value what follows the {@code =}, without the quotes around it; empty if there is no {@code =}
 * @param position index of the word's first character in the command line, counted from 0
 */
public record KernelParameter(String name, Optional<String> value, int position) {
    /**
     * Compares names as the kernel does, for which {@code -} and {@code _} are the same.
     *
     * @param other a parameter name
     * @return whether this word sets that parameter
     */
    public boolean isNamed(String other) {
        return name.replace('-', '_').equals(other.replace('-', '_'));
    }

    /** {@return the word as the kernel understood it} */
    @Override
    public String toString() {
        return value.map(v -> name + "=" + v).orElse(name);
    }
}
