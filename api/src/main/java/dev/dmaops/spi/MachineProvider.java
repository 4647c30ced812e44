package dev.dmaops.spi;

/** Makes machines of one kind. Found with {@link java.util.ServiceLoader}. */
public interface MachineProvider {
    /** The kind in the configuration: {@code sim} or {@code linux}. */
    String id();

    /** The artifact to add when it is missing, as {@code group:artifact}. */
    String artifact();

    /**
     * Makes a machine.
     *
     * @throws dev.dmaops.api.DmaConfigurationException BAD_MACHINE when it cannot be made as described
     */
    Machine create(MachineRequest request);
}
