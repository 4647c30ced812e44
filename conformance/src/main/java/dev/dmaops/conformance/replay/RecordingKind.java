package dev.dmaops.conformance.replay;

/** One kind of recording: knows its own from the first bytes and can open them. Stateless. */
public interface RecordingKind {
    /** What reports call it. */
    String id();

    /** What a message calls it. */
    String description();

    /** Whether a file that starts like this is of this kind. */
    boolean recognises(Opening opening);

    /**
     * Starts a replay.
     *
     * @throws dev.dmaops.api.DmaConfigurationException when the recording or a file that belongs to it cannot be read
     */
    Recording open(RecordingFile file);
}
