package dev.dmaops.testkit;

import dev.dmaops.api.IommuDomainType;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.NanoClock;
import dev.dmaops.spi.Policy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link IommuBench} is like. Start from {@link #PLAIN} and change what the test is about.
 *
 * @param domain how the devices' domains invalidate
 * @param geometry what the IOMMU can translate
 * @param limits masks, limits and windows of every device
 * @param untrusted whether the devices may attack
 * @param pci whether the devices try addresses below 4 GiB first
 * @param pageBytes the kernel's page size
 * @param kernel whose rules apply
 * @param policy choices against the kernel's default
 * @param config kernel configuration
 * @param pools who makes a bounce pool; null for none
 * @param devices ids
 * @param hooks what else the platform has
 */
public record IommuScene(
        IommuDomainType domain,
        IommuGeometry geometry,
        DeviceLimits limits,
        boolean untrusted,
        boolean pci,
        long pageBytes,
        KernelVersion kernel,
        Policy policy,
        TestConfig config,
        @Nullable BouncePoolProvider pools,
        List<String> devices,
        List<Object> hooks) {
    /** Two coherent devices that drive 64 bits, strict, 4 KiB pages, Linux 6.12, no pool. */
    public static final IommuScene PLAIN = new IommuScene(
            IommuDomainType.DMA,
            IommuGeometry.PLAIN,
            limits(-1L),
            false,
            false,
            4096,
            KernelVersion.of(6, 12),
            Policy.AS_LINUX,
            new TestConfig("HAS_DMA", "SWIOTLB", "IOMMU_DMA", "DMA_BOUNCE_UNALIGNED_KMALLOC"),
            null,
            List.of("dev0", "dev1"),
            List.of());

    /** Copies the lists. */
    public IommuScene {
        devices = List.copyOf(devices);
        hooks = List.copyOf(hooks);
    }

    private static DeviceLimits limits(long mask) {
        DeviceLimits plain = DeviceLimits.DEFAULT;
        return new DeviceLimits(mask, mask, plain.busLimit(), plain.ranges(), plain.coherent(), plain.constraints());
    }

    /** The same with another kind of domain. */
    public IommuScene with(IommuDomainType type) {
        return new IommuScene(
                type, geometry, limits, untrusted, pci, pageBytes, kernel, policy, config, pools, devices, hooks);
    }

    /** The same with another IOMMU. */
    public IommuScene with(IommuGeometry other) {
        return new IommuScene(
                domain, other, limits, untrusted, pci, pageBytes, kernel, policy, config, pools, devices, hooks);
    }

    /** The same with other limits of the devices. */
    public IommuScene with(DeviceLimits other) {
        return new IommuScene(
                domain, geometry, other, untrusted, pci, pageBytes, kernel, policy, config, pools, devices, hooks);
    }

    /** The same with devices whose masks have that many bits. */
    public IommuScene withMaskBits(int bits) {
        return with(limits(bits == 64 ? -1L : (1L << bits) - 1));
    }

    /** The same with devices that do not snoop CPU caches. */
    public IommuScene withoutSnooping() {
        return with(new DeviceLimits(
                limits.streamingMask(),
                limits.coherentMask(),
                limits.busLimit(),
                limits.ranges(),
                false,
                limits.constraints()));
    }

    /** The same with devices that may attack. */
    public IommuScene withoutTrust() {
        return new IommuScene(
                domain, geometry, limits, true, pci, pageBytes, kernel, policy, config, pools, devices, hooks);
    }

    /** The same with PCI functions. */
    public IommuScene onPci() {
        return new IommuScene(
                domain, geometry, limits, untrusted, true, pageBytes, kernel, policy, config, pools, devices, hooks);
    }

    /** The same with another page size of the kernel. */
    public IommuScene withPageBytes(long bytes) {
        return new IommuScene(
                domain, geometry, limits, untrusted, pci, bytes, kernel, policy, config, pools, devices, hooks);
    }

    /** The same with a bounce pool of 2048 slots. */
    public IommuScene with(BouncePoolProvider provider) {
        return new IommuScene(
                domain, geometry, limits, untrusted, pci, pageBytes, kernel, policy, config, provider, devices, hooks);
    }

    /** The same with choices against the kernel's default. */
    public IommuScene with(Policy other) {
        return new IommuScene(
                domain, geometry, limits, untrusted, pci, pageBytes, kernel, other, config, pools, devices, hooks);
    }

    /** The same with one more hook. */
    public IommuScene withHook(Object hook) {
        List<Object> more = new ArrayList<>(hooks);
        more.add(hook);
        return new IommuScene(
                domain, geometry, limits, untrusted, pci, pageBytes, kernel, policy, config, pools, devices, more);
    }

    /** Opens the machine and the backend. */
    public IommuBench open(DmaBackendProvider provider) {
        return new IommuBench(provider, this);
    }

    List<Object> hooks(NanoClock clock) {
        List<Object> all = new ArrayList<>(hooks);
        all.add(clock);
        return all;
    }
}
