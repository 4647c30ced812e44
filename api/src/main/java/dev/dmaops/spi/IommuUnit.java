package dev.dmaops.spi;

import java.util.List;

/** The IOMMUs of a machine, as the IOMMU core drives them. A hook of the machine. */
public interface IommuUnit {
    /**
     * The domain that a device translates through; devices of one group share it. Asking attaches the device, and until then it
     * reaches memory unchanged.
     *
     * @param deviceId the device's id
     * @throws dev.dmaops.api.DmaConfigurationException when the device is behind no IOMMU
     */
    IommuDomain domain(String deviceId);

    /** Address ranges that a device's domain must not hand out, or must map unchanged. */
    List<IommuReservedRegion> reservedRegions(String deviceId);
}
