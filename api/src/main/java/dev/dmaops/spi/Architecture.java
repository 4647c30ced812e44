package dev.dmaops.spi;

/** The instruction set, as far as DMA cares. */
public enum Architecture {
    /** 32-bit and 64-bit PCs. */
    X86("x86"),
    /** 32-bit Arm. */
    ARM("arm"),
    /** 64-bit Arm. */
    ARM64("arm64");

    private final String text;

    Architecture(String text) {
        this.text = text;
    }

    /** The word used in configuration. */
    public String text() {
        return text;
    }
}
