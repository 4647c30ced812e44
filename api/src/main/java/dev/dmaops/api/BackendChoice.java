package dev.dmaops.api;

import java.util.List;

/**
 * How one device's memory is made reachable, and why. Made once, when the platform opens; never changes.
 *
 * @param device the device's id
 * @param backend id of the backend: {@code direct}, {@code swiotlb}, {@code swiotlb-xen}, {@code xen-pv}, {@code iommu},
 *     {@code grant-dma}, a third party's id, or {@code none} when the device cannot do DMA at all
 * @param bounce when streaming mappings bounce
 * @param pool the bounce pool behind the device
 * @param iommuDomain the device's IOMMU domain
 * @param setMask what a driver hears that asks for its device's mask
 * @param decisions the steps that led here, in order
 */
public record BackendChoice(
        String device,
        String backend,
        BounceMode bounce,
        PoolKind pool,
        IommuDomainType iommuDomain,
        SetMaskOutcome setMask,
        List<Decision> decisions) {
    /** Copies the list. */
    public BackendChoice {
        decisions = List.copyOf(decisions);
    }

    /** One line: device, backend, and the outcome of the last step. */
    @Override
    public String toString() {
        String why = decisions.isEmpty() ? "" : " (" + decisions.getLast().because() + ")";
        return device + ": " + backend + ", bounce " + bounce.text() + ", pool " + pool.text() + ", iommu "
                + iommuDomain.text() + why;
    }
}
