package dev.dmaops.machine.sim.iommu;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The IOMMUs of a simulated machine. Every device is a group of its own until {@link #group} says otherwise. */
public final class SimIommu implements IommuUnit {
    private final Map<String, IommuPort> ports = new ConcurrentHashMap<>();

    /** An IOMMU that no device is behind yet. */
    public SimIommu() {}

    /** Puts a device behind the IOMMU, anew when it was there. */
    public IommuPort connect(String deviceId, IommuGeometry geometry) {
        IommuPort port = new IommuPort(geometry);
        ports.put(deviceId, port);
        return port;
    }

    @Override
    public IommuDomain domain(String deviceId) {
        return port(deviceId).attach("iommu " + deviceId);
    }

    /**
     * Lets a device share the domain of another, as functions that the IOMMU cannot tell apart do.
     *
     * @throws DmaConfigurationException when one of them is behind no IOMMU
     */
    public void group(String deviceId, String sharesWith) {
        port(deviceId).share(port(sharesWith).attach("iommu " + sharesWith));
    }

    @Override
    public List<IommuReservedRegion> reservedRegions(String deviceId) {
        return port(deviceId).geometry().reserved();
    }

    private IommuPort port(String deviceId) {
        IommuPort port = ports.get(deviceId);
        if (port == null) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    deviceId,
                    "the device is behind no IOMMU that translates: expected one of " + new TreeMap<>(ports).keySet()
                            + ". Describe an IOMMU in front of it, or choose another backend.");
        }
        return port;
    }
}
