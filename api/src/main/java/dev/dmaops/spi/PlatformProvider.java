package dev.dmaops.spi;

import java.util.List;
import java.util.Set;

/**
 * The rules of one architecture: which backend each device gets, which pool is made, and what it is called.
 *
 * <p>Found with {@link java.util.ServiceLoader}. Stateless; any thread may call.
 */
public interface PlatformProvider {
    /** Name of the provider, for messages. */
    String id();

    /** The artifact to add when it is missing, as {@code group:artifact}. */
    String artifact();

    /** Architectures whose rules it knows. */
    Set<Architecture> architectures();

    /**
     * Decides.
     *
     * @throws dev.dmaops.api.DmaConfigurationException for a description that contradicts itself
     */
    PlatformPlan plan(SystemDescription system, List<DeviceDescription> devices);

    /**
     * What this platform adds to the machine's own hooks, once the machine is there and before any backend is opened: the frames of
     * a Xen domain, for example. Asked for by type, in this order, before the machine's.
     *
     * @param events gets what the hooks have to say
     * @return the hooks; empty when backends need none
     */
    default List<Object> hooks(SystemDescription system, Machine machine, EventSink events) {
        return List.of();
    }
}
