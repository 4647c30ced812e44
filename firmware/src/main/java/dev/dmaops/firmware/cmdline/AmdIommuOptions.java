package dev.dmaops.firmware.cmdline;

import java.util.List;
import java.util.Optional;

/**
 * The options of {@code amd_iommu=} (Linux 6.12 drivers/iommu/amd/init.c parse_amd_iommu_options). {@code fullflush} is in
 * {@link IommuParameters#strict()}.
 *
 * @param off {@code off}: the IOMMU is not used
 * @param forceEnable {@code force_enable}: it is used although the machine is known not to work with it
 * @param forceIsolation {@code force_isolation}: every device gets a translated domain
 * @param pageTable 1 or 2 after {@code pgtbl_v1} or {@code pgtbl_v2}; empty if the kernel chooses
 */
public record AmdIommuOptions(boolean off, boolean forceEnable, boolean forceIsolation, Optional<Integer> pageTable) {
    static final AmdIommuOptions NONE = new AmdIommuOptions(false, false, false, Optional.empty());

    private static final List<String> KNOWN = List.of(
            "fullflush",
            "force_enable",
            "off",
            "force_isolation",
            "pgtbl_v1",
            "pgtbl_v2",
            "irtcachedis",
            "nohugepages",
            "v2_pgsizes_only");

    /** The option an item begins with; empty if there is none. */
    static Optional<String> option(String item) {
        return KNOWN.stream().filter(item::startsWith).findFirst();
    }

    AmdIommuOptions after(String item) {
        String option = option(item).orElse("");
        return new AmdIommuOptions(
                off || option.equals("off"),
                forceEnable || option.equals("force_enable"),
                forceIsolation || option.equals("force_isolation"),
                switch (option) {
                    case "pgtbl_v1" -> Optional.of(1);
                    case "pgtbl_v2" -> Optional.of(2);
                    default -> pageTable;
                });
    }

    static Optional<Remark> remark(KernelParameter word, String item) {
        if (item.isEmpty()) {
            return Optional.empty();
        }
        if (option(item).isEmpty()) {
            String hint = item.equals("on")
                    ? "; the AMD IOMMU is on unless amd_iommu=off"
                    : item.equals("pt") ? "; pass-through is iommu=pt or iommu.passthrough=1" : "";
            return Optional.of(Remark.on(word, "'" + item + "' is not an option of amd_iommu=" + hint));
        }
        return option(item).get().equals("fullflush")
                ? Optional.of(Remark.on(word, "'fullflush' is deprecated; write iommu.strict=1"))
                : Optional.empty();
    }
}
