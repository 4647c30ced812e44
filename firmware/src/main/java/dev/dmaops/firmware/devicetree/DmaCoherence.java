package dev.dmaops.firmware.devicetree;

import java.util.Optional;

/**
 * Whether the tree says that a device's accesses go through the CPU caches (Linux 6.12 of_dma_is_coherent): the nearest
 * {@code dma-coherent} or {@code dma-noncoherent} at the device or at one of its DMA parents. Where a node has both, coherent
 * wins.
 *
 * @param kind what is said
 * @param node the node that says it; empty for {@link Kind#UNSPECIFIED}
 */
public record DmaCoherence(Kind kind, Optional<DeviceTreeNode> node) {
    /** What a tree can say. */
    public enum Kind {
        /** The device is coherent. */
        COHERENT,
        /** The device is not coherent. */
        NONCOHERENT,
        /** Nothing is said; the platform's default applies. */
        UNSPECIFIED
    }

    /**
     * Looks a device up.
     *
     * @param device the node of the device; for a PCI device its host bridge
     * @return what the tree says
     */
    public static DmaCoherence of(DeviceTreeNode device) {
        for (Optional<DeviceTreeNode> at = Optional.of(device); at.isPresent(); at = DmaParents.of(at.get())) {
            if (at.get().has("dma-coherent")) {
                return new DmaCoherence(Kind.COHERENT, at);
            }
            if (at.get().has("dma-noncoherent")) {
                return new DmaCoherence(Kind.NONCOHERENT, at);
            }
        }
        return new DmaCoherence(Kind.UNSPECIFIED, Optional.empty());
    }

    /**
     * The answer with the platform's default filled in.
     *
     * @param platformDefault what holds if the tree says nothing; false on arm and arm64
     * @return whether the device is coherent
     */
    public boolean isCoherent(boolean platformDefault) {
        return switch (kind) {
            case COHERENT -> true;
            case NONCOHERENT -> false;
            case UNSPECIFIED -> platformDefault;
        };
    }
}
