package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.ACPI_CCA;
import static dev.dmaops.selection.DeviceFacts.COHERENT;
import static dev.dmaops.selection.DeviceFacts.FIRMWARE;
import static dev.dmaops.selection.DeviceFacts.FIRMWARE_COHERENT;
import static dev.dmaops.selection.DeviceFacts.ON_CONFIGURED_BUS;
import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.DeviceFacts.PROBE_FAILED;
import static dev.dmaops.selection.DeviceFacts.SET_UP;
import static dev.dmaops.selection.SystemFacts.ARCHITECTURE;

import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.Saying;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Firmware;

/** How the bus configures a device's DMA before its driver starts (of_dma_configure_id, acpi_dma_configure_id). */
public final class ConfigureRules {
    private static final String ACPI = "drivers/acpi/scan.c acpi_dma_configure_id";

    /** Whether firmware's description reaches the architecture's set-up. */
    public static final RuleTable BUS = RuleTable.first(
            "Does the bus configure the device's DMA?",
            Rule.named("bus.board-code", "drivers/base/platform.c platform_dma_configure")
                    .when(facts -> !facts.is(ON_CONFIGURED_BUS) || facts.get(FIRMWARE) == Firmware.NONE)
                    .because(
                            "No firmware node describes the device, so nothing is configured for it: it keeps the bus's"
                                    + " defaults.")
                    .then("not configured"),
            Rule.named("acpi.no-cca", ACPI)
                    .when(facts -> facts.get(FIRMWARE) == Firmware.ACPI
                            && !facts.is(ACPI_CCA)
                            && facts.config("ACPI_CCA_REQUIRED")
                            && hasDmaOps(facts))
                    .because(
                            "ACPI gives the device no _CCA and this architecture requires one: Linux installs ops that fail"
                                    + " every call, and stops configuring.")
                    .then(OPS, DmaPath.DUMMY, "dummy ops"),
            Rule.named("acpi.no-cca-without-ops", ACPI)
                    .when(facts -> facts.get(FIRMWARE) == Firmware.ACPI
                            && !facts.is(ACPI_CCA)
                            && facts.config("ACPI_CCA_REQUIRED"))
                    .because(
                            "ACPI gives the device no _CCA, but a kernel without ARCH_HAS_DMA_OPS has no ops pointer to point"
                                    + " at the dummy: the device silently gets dma-direct.")
                    .then("not configured"),
            Rule.named("bus.firmware", "drivers/base/platform.c platform_dma_configure")
                    .because(facts -> "The device is described by "
                            + (facts.get(FIRMWARE) == Firmware.ACPI ? "ACPI" : "the device tree")
                            + ", so its bus configures its DMA.")
                    .then(SET_UP, true, "configured"));

    /** Whether the device snoops CPU caches. */
    public static final RuleTable COHERENCE = RuleTable.first(
                    "Does the device snoop CPU caches?",
                    Rule.named("coherence.x86", "arch/x86/Kconfig")
                            .when(facts -> facts.get(ARCHITECTURE) == Architecture.X86)
                            .because("Every device of a PC snoops; x86 has no cache maintenance for DMA.")
                            .then(COHERENT, true, "coherent"),
                    Rule.named("coherence.not-configured", "kernel/dma/mapping.c dma_default_coherent")
                            .when(facts -> !facts.is(SET_UP))
                            .because("Nobody says whether the device snoops, so the architecture's default holds.")
                            .then(ConfigureRules::byDefault),
                    Rule.named("coherence.firmware", "drivers/of/address.c of_dma_is_coherent")
                            .when(facts -> facts.get(FIRMWARE_COHERENT) != Saying.UNSAID)
                            .because(facts -> facts.get(FIRMWARE_COHERENT) == Saying.YES
                                    ? "Firmware says that the device snoops."
                                    : "Firmware says that the device does not snoop.")
                            .then(facts -> coherent(facts, facts.get(FIRMWARE_COHERENT) == Saying.YES)),
                    Rule.named("coherence.default", "kernel/dma/mapping.c dma_default_coherent")
                            .because("Firmware says nothing about snooping, so the architecture's default holds.")
                            .then(ConfigureRules::byDefault))
            .onlyIf(facts -> !facts.peek(PROBE_FAILED));

    private ConfigureRules() {}

    /** Whether devices have an ops pointer; before 6.12 they always have where it matters. */
    public static boolean hasDmaOps(Facts facts) {
        return !facts.kernelAtLeast(6, 12) || facts.config("ARCH_HAS_DMA_OPS");
    }

    private static String byDefault(Facts facts) {
        return coherent(facts, facts.config("ARCH_DMA_DEFAULT_COHERENT"));
    }

    private static String coherent(Facts facts, boolean coherent) {
        facts.set(COHERENT, coherent);
        return coherent ? "coherent" : "not coherent";
    }
}
