package dev.dmaops.firmware.cmdline;

/**
 * Something on the command line that will not have the effect it seems to ask for, or a different one.
 *
 * @param position index of the word's first character in the command line, counted from 0
 * @param word the word, such as {@code swiotlb=65536k}
 * @param explanation what the kernel makes of it, and what to write instead
 */
public record Remark(int position, String word, String explanation) {
    static Remark on(KernelParameter parameter, String explanation) {
        return new Remark(parameter.position(), parameter.toString(), explanation);
    }

    @Override
    public String toString() {
        return "'" + word + "' at character " + (position + 1) + ": " + explanation;
    }
}
