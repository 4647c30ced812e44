package dev.dmaops.api;

/** A mapping or allocation was refused; the {@link Refused} says which limit, with numbers. */
public final class DmaMappingException extends DmaException {
    private static final long serialVersionUID = 1L;

    private final transient Refused refused;

    /** The exception for a refusal. */
    public DmaMappingException(Refused refused) {
        super(refused.code(), refused.message());
        this.refused = refused;
    }

    /** The refusal. */
    public Refused refused() {
        return refused;
    }
}
