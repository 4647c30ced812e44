package dev.dmaops.spi;

/**
 * A backend as it is found: what it is called, which kernels can have it, and how to open it.
 *
 * <p>Found with {@link java.util.ServiceLoader}. Two providers with one id are an error. Providers have a public constructor
 * without parameters, do nothing in it, and are safe for any thread.
 */
public interface DmaBackendProvider {
    /** The id in choices and configurations: lower case letters, digits and hyphens. */
    String id();

    /** The artifact to add when it is missing, as {@code group:artifact}. */
    String artifact();

    /** Which kernels can have it. */
    KconfigGate gate();

    /**
     * Opens the backend for one platform.
     *
     * @throws dev.dmaops.api.DmaConfigurationException when the platform lacks what it needs, or BACKEND_NOT_BUILT
     */
    DmaBackend open(BackendContext context);
}
