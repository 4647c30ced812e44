package dev.dmaops.integration.selection;

import dev.dmaops.spi.FirmwareSwitches;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Systems like a given one, with one thing changed. */
final class Systems {
    private static final Map<Hardware, String> DRIVERS = Map.of(
            Hardware.RENESAS_IPMMU, "IPMMU_VMSA",
            Hardware.MEDIATEK_M4U, "MTK_IOMMU",
            Hardware.TEGRA_SMMU, "TEGRA_IOMMU_SMMU",
            Hardware.QCOM_IOMMU, "QCOM_IOMMU",
            Hardware.ROCKCHIP, "ROCKCHIP_IOMMU",
            Hardware.SUN50I, "SUN50I_IOMMU",
            Hardware.EXYNOS, "EXYNOS_IOMMU",
            Hardware.APPLE_DART, "APPLE_DART");

    private Systems() {}

    static Optional<String> driverOf(Hardware hardware) {
        return Optional.ofNullable(DRIVERS.get(hardware));
    }

    static SystemDescription with(SystemDescription system, String symbol) {
        return config(system, symbol, "y");
    }

    static SystemDescription without(SystemDescription system, String symbol) {
        return config(system, symbol, "n");
    }

    static SystemDescription switches(SystemDescription system, FirmwareSwitches switches) {
        return copy(system, system.config(), system.ram(), system.ramAboveLimit(), system.firmwareDmaLimit(), switches);
    }

    /** With this RAM, and whether it goes beyond the limit computed from it. */
    static SystemDescription ram(SystemDescription system, Optional<Long> firmwareDmaLimit, MemoryRange... ram) {
        return copy(
                system,
                system.config(),
                List.of(ram),
                Optional.empty(),
                firmwareDmaLimit.map(limit -> new Sourced<>(limit, "hand-made")),
                FirmwareSwitches.NONE);
    }

    private static SystemDescription config(SystemDescription system, String symbol, String value) {
        KernelConfigView before = system.config();
        KernelConfigView view = new KernelConfigView() {
            @Override
            public boolean enabled(String name) {
                return name.equals(symbol) ? value.equals("y") : before.enabled(name);
            }

            @Override
            public String value(String name) {
                return name.equals(symbol) ? value : before.value(name);
            }

            @Override
            public String origin(String name) {
                return name.equals(symbol) ? "hand-made" : before.origin(name);
            }
        };
        return copy(
                system,
                view,
                system.ram(),
                system.ramAboveLimit(),
                system.firmwareDmaLimit(),
                system.firmwareSwitches().value());
    }

    private static SystemDescription copy(
            SystemDescription system,
            KernelConfigView config,
            List<MemoryRange> ram,
            Optional<Sourced<Boolean>> aboveLimit,
            Optional<Sourced<Long>> firmwareDmaLimit,
            FirmwareSwitches switches) {
        return new SystemDescription(
                system.architecture(),
                system.kernel(),
                config,
                system.commandLine(),
                system.hypervisor(),
                system.encryption(),
                ram,
                aboveLimit,
                firmwareDmaLimit,
                system.cpus(),
                system.pageBytes(),
                system.policy(),
                new Sourced<>(switches, "hand-made"));
    }
}
