package dev.dmaops.machine.linux.vfio;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.machine.linux.memory.PinnedMemory;
import dev.dmaops.machine.linux.pci.DeviceHandle;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.IommuGroup;
import dev.dmaops.machine.linux.topology.VfioNodes;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An IOMMU group in the hands of this process, with one domain for all its devices: a container where the kernel has those, else
 * iommufd. A group of VFIO's mode without IOMMU has no domain.
 */
public final class VfioGroup implements AutoCloseable {
    private final IommuGroup group;
    private final HostFiles files;
    private final @Nullable Container container;
    private final @Nullable IommufdSpace iommufd;
    private final PinnedMemory memory;
    private @Nullable VfioDomain domain;

    private VfioGroup(
            IommuGroup group,
            HostFiles files,
            @Nullable Container container,
            @Nullable IommufdSpace iommufd,
            PinnedMemory memory) {
        this.group = group;
        this.files = files;
        this.container = container;
        this.iommufd = iommufd;
        this.memory = memory;
    }

    /** Takes a group. All its devices must be free. */
    public static VfioGroup open(HostFiles files, IommuGroup group, PinnedMemory memory) {
        if (group.withoutIommu()) {
            return new VfioGroup(group, files, Container.open("noiommu-" + group.number(), false), null, memory);
        }
        if (VfioNodes.iommufd(files, group)) {
            return new VfioGroup(group, files, null, IommufdSpace.open(), memory);
        }
        return new VfioGroup(group, files, Container.open(group.number(), true), null, memory);
    }

    /** Takes a device of the group. */
    public DeviceHandle device(String id) {
        if (container != null) {
            return new VfioDevice(id, container.device(id));
        }
        String node = VfioNodes.ofDevice(files, id)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.BAD_MACHINE,
                        id,
                        "expected a folder vfio-dev, found none. Bind the device to vfio-pci."));
        int descriptor = HostCall.require(
                SystemCalls.open(node, SystemCalls.O_RDWR), id, "open " + node, "Let this user open the node.");
        try {
            if (iommufd != null) {
                iommufd.attach(id, descriptor);
            }
            return new VfioDevice(id, descriptor);
        } catch (RuntimeException e) {
            SystemCalls.close(descriptor);
            throw e;
        }
    }

    /**
     * The domain of the group's devices.
     *
     * @throws DmaConfigurationException when no IOMMU stands behind the group
     */
    public synchronized IommuDomain domain() {
        return own();
    }

    private VfioDomain own() {
        VfioDomain known = domain;
        if (known != null) {
            return known;
        }
        AddressSpace space = iommufd != null ? iommufd : container;
        if (space == null || group.withoutIommu()) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    "group " + group.number(),
                    "no IOMMU stands behind it. Leave its devices out of iommu.behind.");
        }
        VfioDomain made = new VfioDomain(group.number(), space, memory);
        domain = made;
        return made;
    }

    /** Maps all memory unchanged, as the kernel's identity domain does. */
    public synchronized void mapUnchanged() {
        own().mapUnchanged();
    }

    /** Addresses that must not be handed out. */
    public synchronized List<IommuReservedRegion> reserved() {
        return reserved(own().gaps(), group);
    }

    /** Firmware's own mappings that may be given up are free for VFIO ({@code direct-relaxable}; drivers/iommu/iommu.c, 6.12). */
    static List<IommuReservedRegion> reserved(List<IommuReservedRegion> gaps, IommuGroup group) {
        List<IommuReservedRegion> regions = new ArrayList<>(gaps);
        group.reserved().stream()
                .filter(region -> !region.kind().equals("direct-relaxable"))
                .map(region -> new IommuReservedRegion(
                        new MemoryRange(region.first(), region.last() - region.first() + 1),
                        region.kind().equals("msi") ? Kind.MSI : Kind.RESERVED))
                .filter(region ->
                        regions.stream().noneMatch(known -> known.range().equals(region.range())))
                .forEach(regions::add);
        return regions;
    }

    @Override
    public void close() {
        if (container != null) {
            container.close();
        }
        if (iommufd != null) {
            iommufd.close();
        }
    }
}
