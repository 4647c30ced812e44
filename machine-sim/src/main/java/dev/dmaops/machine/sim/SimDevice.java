package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.Sourced;
import java.util.Optional;

/**
 * A device as hardware: what it can put on its bus, and what stands between the bus and memory. It knows nothing of mappings.
 *
 * @param id the device's id
 * @param addressBits address lines, 1 to 64: higher bits of an address are dropped without notice
 * @param windows the host bridge's windows, used when there is no IOMMU in front
 * @param busLimit highest address that the bus carries; 0 when it sets no limit
 * @param coherent whether the device snoops CPU caches
 * @param iommu the IOMMU in front, when it is one that translates
 */
public record SimDevice(
        String id,
        int addressBits,
        DmaRangeMap windows,
        long busLimit,
        boolean coherent,
        Optional<IommuGeometry> iommu) {
    /** A device without IOMMU that has as many address lines as its wider mask. */
    public static SimDevice of(String id, DeviceLimits limits) {
        return new SimDevice(id, bits(limits), limits.ranges(), limits.busLimit(), limits.coherent(), Optional.empty());
    }

    /**
     * The hardware behind a plan. Its address lines are those of the widest mask that firmware, bus or configuration name for
     * it. An IOMMU whose domain is identity, or which a hypervisor hides, leaves addresses alone, unless the backend is {@code
     * iommu} all the same: 32-bit Arm puts a mapping of its own over the identity domain.
     *
     * @param pageBytes the kernel's page size, which Arm's IOMMUs follow
     */
    public static SimDevice of(DevicePlan plan, long pageBytes) {
        DeviceDescription device = plan.device();
        int bits = Math.max(bits(plan.limits()), Math.max(bits(device.streamingMask()), bits(device.coherentMask())));
        Optional<IommuGeometry> iommu = plan.choice().iommuDomain().translates()
                        || plan.choice().backend().equals("iommu")
                ? device.iommu().map(attachment -> IommuGeometry.of(attachment, pageBytes))
                : Optional.empty();
        return new SimDevice(
                device.id(),
                bits,
                plan.limits().ranges(),
                plan.limits().busLimit(),
                plan.limits().coherent(),
                iommu);
    }

    /** The same behind an IOMMU. */
    public SimDevice behind(IommuGeometry geometry) {
        return new SimDevice(id, addressBits, windows, busLimit, coherent, Optional.of(geometry));
    }

    /** The same, snooping. */
    public SimDevice snooping() {
        return new SimDevice(id, addressBits, windows, busLimit, true, iommu);
    }

    /** The same with another number of address lines. */
    public SimDevice withAddressBits(int bits) {
        return new SimDevice(id, bits, windows, busLimit, coherent, iommu);
    }

    private static int bits(DeviceLimits limits) {
        return Math.max(
                1, Math.max(new DmaMask(limits.streamingMask()).bits(), new DmaMask(limits.coherentMask()).bits()));
    }

    private static int bits(Optional<Sourced<Long>> mask) {
        return mask.map(sourced -> new DmaMask(sourced.value()).bits()).orElse(0);
    }
}
