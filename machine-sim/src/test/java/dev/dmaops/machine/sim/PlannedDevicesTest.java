package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuUnit;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlannedDevicesTest {
    private static final long MIB = 1L << 20;

    private static DevicePlan plan(String id, DeviceLimits limits, IommuDomainType domain, Optional<PoolPlan> pool) {
        IommuAttachment iommu =
                new IommuAttachment(IommuAttachment.Hardware.SMMU, IommuAttachment.DriverWish.NONE, true, 1, "test");
        DeviceDescription device = new DeviceDescription(
                id,
                id,
                DeviceDescription.Bus.PLATFORM,
                DeviceDescription.Firmware.DEVICE_TREE,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.of(iommu),
                Sourced.byDefault(false),
                Optional.empty(),
                false,
                false,
                Optional.of(new Sourced<>((1L << 40) - 1, "test")),
                Optional.empty(),
                Optional.empty(),
                DmaConstraints.DEFAULT,
                true,
                Optional.empty(),
                "test");
        BackendChoice choice =
                new BackendChoice(id, "direct", BounceMode.NONE, PoolKind.NONE, domain, SetMaskOutcome.OK, List.of());
        return new DevicePlan(device, choice, limits, pool);
    }

    private static PoolPlan restricted(long start, long bytes) {
        return new PoolPlan("wifi", PoolKind.RESTRICTED, (int) (bytes / 2048), 1, true, -1L, start, bytes);
    }

    @Test
    void hardwareFollowsThePlan() {
        DmaRangeMap windows = DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, 1L << 30)));
        DeviceLimits limits =
                new DeviceLimits(0xffff_ffffL, 0xffff_ffffL, 0xffff_ffffL, windows, false, DmaConstraints.DEFAULT);
        try (SimMachine machine = SimMachine.builder()
                .device(plan("mmc", limits, IommuDomainType.NONE, Optional.empty()))
                .open()) {
            SimDevice device = machine.devices().engine("mmc").device();
            assertThat(device.addressBits())
                    .as("the mask its driver will ask for")
                    .isEqualTo(40);
            assertThat(device.windows()).isEqualTo(windows);
            assertThat(device.busLimit()).isEqualTo(0xffff_ffffL);
            assertThat(device.iommu()).isEmpty();
            assertThat(machine.caches().modelled())
                    .as("a device does not snoop")
                    .isTrue();
        }
    }

    @Test
    void onlyAnIommuThatTranslatesStandsInFront() {
        try (SimMachine machine = SimMachine.builder()
                .pageBytes(65536)
                .device(plan("a", DeviceLimits.DEFAULT, IommuDomainType.DMA_FQ, Optional.empty()))
                .device(plan("b", DeviceLimits.DEFAULT, IommuDomainType.IDENTITY, Optional.empty()))
                .open()) {
            IommuUnit unit = machine.hook(IommuUnit.class).orElseThrow();
            assertThat(unit.domain("a").pageSizes()).isEqualTo(1L << 16 | 1L << 29);
            assertThatThrownBy(() -> unit.domain("b")).isInstanceOf(DmaConfigurationException.class);
            assertThat(machine.caches().modelled()).isFalse();
        }
    }

    @Test
    void restrictedPoolIsKeptFromThePageAllocatorOnceForAllThatShareIt() {
        PoolPlan pool = restricted(20 * MIB, 4 * MIB);
        try (SimMachine machine = SimMachine.builder()
                .ram(0, 64 * MIB)
                .device(plan("a", DeviceLimits.DEFAULT, IommuDomainType.NONE, Optional.of(pool)))
                .device(plan("b", DeviceLimits.DEFAULT, IommuDomainType.NONE, Optional.of(pool)))
                .open()) {
            assertThat(machine.pages().allocateBetween(0, 20 * MIB, 24 * MIB - 1))
                    .isEqualTo(PageAllocator.NO_PAGES);
            assertThat(machine.pages().freePages()).isEqualTo(60 * 256 - 1);
        }
    }

    @Test
    void restrictedPoolsThatOverlapAreRefused() {
        SimMachineBuilder builder = SimMachine.builder()
                .device(plan("a", DeviceLimits.DEFAULT, IommuDomainType.NONE, Optional.of(restricted(MIB, 4 * MIB))))
                .device(plan("b", DeviceLimits.DEFAULT, IommuDomainType.NONE, Optional.of(restricted(2 * MIB, MIB))));
        assertThatThrownBy(builder::open)
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage("DMA-1017 restricted pool: 0x200000-0x2fffff overlaps another reserved region. Correct the"
                        + " reserved-memory nodes.");
    }
}
