package dev.dmaops.spi;

/** Whether memory is encrypted, and against whom. */
public enum MemoryEncryption {
    /** Not encrypted. */
    NONE("none", false),
    /** AMD, the host encrypts its own memory. */
    SME("sme", false),
    /** AMD, a confidential guest. */
    SEV("sev", true),
    /** Intel, a confidential guest. */
    TDX("tdx", true),
    /** Arm, a confidential realm. */
    CCA("cca", true);

    private final String text;
    private final boolean guest;

    MemoryEncryption(String text, boolean guest) {
        this.text = text;
        this.guest = guest;
    }

    /** The word used in configuration. */
    public String text() {
        return text;
    }

    /** Whether this is a guest that does not trust its host. */
    public boolean guest() {
        return guest;
    }
}
