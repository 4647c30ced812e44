package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Set;

/**
 * What a change of the kernel's Kconfig did to one configuration.
 *
 * @param id the short name of the patch
 * @param title what the patch does
 * @param before the last version without it
 * @param after the first version with it
 * @param changes the symbols that differ
 * @param backends the backends that the kernel gains or loses
 * @param table the verdict on every kind of kernel, whatever the configuration
 */
public record KconfigPatch(
        String id,
        String title,
        KernelVersion before,
        KernelVersion after,
        List<KconfigChange> changes,
        List<BackendChange> backends,
        List<PatchCase> table) {
    private static final String ID_2021 = "2021";
    /** The symbols whose entries the patch edits; what else differs between the two versions is not its doing. */
    private static final Set<String> EDITED_2021 = Set.of("SWIOTLB_XEN", "PCI_XEN", "XEN_DOM0", "XEN_PCIDEV_FRONTEND");

    private static final String TITLE_2021 =
            "PCI_XEN stops selecting SWIOTLB_XEN, which now depends on XEN_PV || ARM || ARM64";

    private static final KernelVersion LAST_WITHOUT = new KernelVersion(5, 14, 0);
    private static final KernelVersion FIRST_WITH = new KernelVersion(5, 15, 0);

    /** Copies the lists. */
    public KconfigPatch {
        changes = List.copyOf(changes);
        backends = List.copyOf(backends);
        table = List.copyOf(table);
    }

    /** {@return the patches that are known by their short names} */
    public static List<String> known() {
        return List.of(ID_2021);
    }

    /**
     * {@return what a patch does to a configuration, evaluated by the rules of the versions on either side of it; the file
     * may be of any version}
     *
     * @param id the patch: {@code 2021} is the one that ties SWIOTLB_XEN to XEN_PV, ARM or ARM64 (Linux 5.15)
     * @param config the file
     * @throws FirmwareException if there is no such patch or the file does not show its architecture
     */
    public static KconfigPatch of(String id, KernelConfig config) {
        if (!id.equals(ID_2021)) {
            throw new FirmwareException(
                    "--patch " + id, "", "names no known patch", String.join(", ", known()), id, "Name one of these");
        }
        ResolvedConfig before = DmaClosure.resolve(config, LAST_WITHOUT);
        ResolvedConfig after = DmaClosure.resolve(config, FIRST_WITH);
        return new KconfigPatch(
                id,
                TITLE_2021,
                LAST_WITHOUT,
                FIRST_WITH,
                KconfigChange.between(before, after).stream()
                        .filter(change -> EDITED_2021.contains(change.chain().get(0)))
                        .toList(),
                BackendChange.between(before, after),
                PatchCase.all());
    }
}
