package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/** Small machines with Xen below. */
final class Machines {
    private static final long MIB = 1L << 20;

    private Machines() {}

    /** Dom0 on Arm with 16 MiB at 1 GiB, and 16 MiB of others at 2 GiB and at 8 GiB; the devices of these ids. */
    static XenMachine arm(boolean cacheFlush, DevicePlan... devices) {
        return arm(armDom0(cacheFlush), devices);
    }

    /** The same where pages of others need RAM given back. */
    static XenMachine armWithoutUnpopulatedPages() {
        return arm(armDom0(true).withoutUnpopulatedPages());
    }

    private static Hypervisor armDom0(boolean cacheFlush) {
        return new Hypervisor(
                Kind.XEN_ARM, true, Optional.empty(), Optional.of(true), Optional.of(false), false, cacheFlush, "test");
    }

    private static XenMachine arm(Hypervisor hypervisor, DevicePlan... devices) {
        return XenMachine.open(new MachineRequest(
                List.of(new MemoryRange(1L << 30, 16 * MIB)),
                4096,
                0,
                false,
                1,
                64,
                List.of(devices),
                1,
                hypervisor,
                List.of(
                        new MemoryRange(1L << 30, 16 * MIB),
                        new MemoryRange(2L << 30, 16 * MIB),
                        new MemoryRange(8L << 30, 16 * MIB))));
    }

    /** A PV dom0 of 8 MiB on a host of 32 MiB. */
    static XenMachine pv(DevicePlan... devices) {
        return x86(Kind.XEN_PV, true, devices);
    }

    /** The same on a host whose frames are several nodes'. */
    static XenMachine pv(NodeLayout nodes) {
        return XenMachine.open(x86Request(Kind.XEN_PV, true), nodes);
    }

    /** Another domain of 8 MiB on such a host. */
    static XenMachine guest(Kind kind, DevicePlan... devices) {
        return x86(kind, false, devices);
    }

    /** A domU on Arm, on the host of {@link #arm}. */
    static XenMachine armGuest(DevicePlan... devices) {
        Hypervisor hypervisor = new Hypervisor(
                Kind.XEN_ARM, false, Optional.empty(), Optional.of(false), Optional.of(true), false, true, "test");
        return arm(hypervisor, devices);
    }

    private static XenMachine x86(Kind kind, boolean initial, DevicePlan... devices) {
        return XenMachine.open(x86Request(kind, initial, devices));
    }

    private static MachineRequest x86Request(Kind kind, boolean initial, DevicePlan... devices) {
        return new MachineRequest(
                List.of(new MemoryRange(0, 8 * MIB)),
                4096,
                0,
                false,
                1,
                64,
                List.of(devices),
                1,
                new Hypervisor(
                        kind,
                        initial,
                        Optional.of(kind != Kind.XEN_PV),
                        Optional.of(kind == Kind.XEN_PV),
                        Optional.empty(),
                        true,
                        false,
                        "test"),
                List.of(new MemoryRange(0, 32 * MIB)));
    }

    static DevicePlan device(String id, boolean coherent, Optional<IommuAttachment.Hardware> iommu) {
        DeviceLimits limits = new DeviceLimits(-1L, -1L, 0, DmaRangeMap.IDENTITY, coherent, DmaConstraints.DEFAULT);
        DeviceDescription description = new DeviceDescription(
                id,
                "/" + id,
                DeviceDescription.Bus.PLATFORM,
                DeviceDescription.Firmware.DEVICE_TREE,
                true,
                Optional.empty(),
                Optional.empty(),
                iommu.map(hardware -> new IommuAttachment(hardware, IommuAttachment.DriverWish.NONE, false, 0, "test")),
                Sourced.byDefault(false),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DmaConstraints.DEFAULT,
                true,
                Optional.empty(),
                "test");
        BackendChoice choice = new BackendChoice(
                id,
                "swiotlb-xen",
                BounceMode.POSSIBLE,
                PoolKind.NONE,
                IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of());
        return new DevicePlan(description, choice, limits, Optional.empty());
    }
}
