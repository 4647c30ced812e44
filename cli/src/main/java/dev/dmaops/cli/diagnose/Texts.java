package dev.dmaops.cli.diagnose;

/** Numbers in sentences. */
final class Texts {
    private Texts() {}

    /** {@code 1 line}, {@code 2 lines}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code 4} or {@code 4 to 6}. */
    static String range(long least, long most) {
        return least == most ? String.valueOf(least) : least + " to " + most;
    }

    /** An address. */
    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
