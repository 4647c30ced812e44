package dev.dmaops.spi;

import org.jspecify.annotations.Nullable;

/** Makes bounce pools. Found with {@link java.util.ServiceLoader}; the {@code swiotlb} backend provides it. */
public interface BouncePoolProvider {
    /** The artifact that holds this provider, for messages. */
    String artifact();

    /**
     * Makes a pool as planned, or as much of it as fits.
     *
     * @param fixup what must be done to the memory first, or null
     * @return the pool, or null when not even the smallest fits: the platform then works without one, as Linux does
     */
    @Nullable
    BouncePool create(PoolPlan plan, BackendContext context, @Nullable PoolFixup fixup);
}
