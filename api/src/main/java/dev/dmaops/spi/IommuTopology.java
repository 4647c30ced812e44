package dev.dmaops.spi;

import java.util.Optional;

/** Which device stands behind which IOMMU. A hook: a test can put its own in place. */
public interface IommuTopology {
    /**
     * The IOMMU in front of a device.
     *
     * @param deviceId the device's id
     */
    Optional<IommuAttachment> attachment(String deviceId);
}
