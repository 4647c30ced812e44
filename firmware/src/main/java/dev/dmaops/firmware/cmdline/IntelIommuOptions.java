package dev.dmaops.firmware.cmdline;

import java.util.List;
import java.util.Optional;

/**
 * The options of {@code intel_iommu=} (Linux 6.12 drivers/iommu/intel/iommu.c intel_iommu_setup). {@code strict} and
 * {@code forcedac} are in {@link IommuParameters}.
 *
 * @param enabled true after {@code on}, false after {@code off}; empty if the kernel's configuration decides
 * @param noPlatformOptIn whether {@code off} was given, after which firmware cannot switch the IOMMU on either
 * @param graphicsOff {@code igfx_off}: the IOMMU of the integrated graphics is not used
 * @param integratedGraphicsOff {@code intgpu_off}: the integrated graphics alone bypasses its IOMMU (Debian's kernels)
 * @param superpages false after {@code sp_off}: only 4 KiB pages
 * @param scalableMode true after {@code sm_on}, false after {@code sm_off}; empty if the kernel's configuration decides
 * @param tbootNoforce {@code tboot_noforce}: a measured launch does not force the IOMMU on
 */
public record IntelIommuOptions(
        Optional<Boolean> enabled,
        boolean noPlatformOptIn,
        boolean graphicsOff,
        boolean integratedGraphicsOff,
        boolean superpages,
        Optional<Boolean> scalableMode,
        boolean tbootNoforce) {
    static final IntelIommuOptions NONE =
            new IntelIommuOptions(Optional.empty(), false, false, false, true, Optional.empty(), false);

    private static final List<String> KNOWN = List.of(
            "on", "off", "igfx_off", "intgpu_off", "forcedac", "strict", "sp_off", "sm_on", "sm_off", "tboot_noforce");

    /** The first option an item begins with, which is the only one it can be; empty if there is none. */
    static Optional<String> option(String item) {
        return KNOWN.stream().filter(item::startsWith).findFirst();
    }

    IntelIommuOptions after(String item) {
        String option = option(item).orElse("");
        boolean off = option.equals("off");
        return new IntelIommuOptions(
                off ? Optional.of(false) : option.equals("on") ? Optional.of(true) : enabled,
                noPlatformOptIn || off,
                graphicsOff || option.equals("igfx_off"),
                integratedGraphicsOff || option.equals("intgpu_off"),
                superpages && !option.equals("sp_off"),
                option.startsWith("sm_") ? Optional.of(option.equals("sm_on")) : scalableMode,
                tbootNoforce || option.equals("tboot_noforce"));
    }

    static Optional<Remark> remark(KernelParameter word, String item) {
        if (item.isEmpty()) {
            return Optional.empty();
        }
        if (option(item).isEmpty()) {
            String hint = item.equals("pt") ? "; pass-through is iommu=pt or iommu.passthrough=1" : "";
            return Optional.of(Remark.on(word, "'" + item + "' is not an option of intel_iommu=" + hint));
        }
        return switch (option(item).get()) {
            case "strict" -> Optional.of(Remark.on(word, "'strict' is deprecated; write iommu.strict=1"));
            case "forcedac" -> Optional.of(Remark.on(word, "'forcedac' is deprecated; write iommu.forcedac=1"));
            default -> Optional.empty();
        };
    }
}
