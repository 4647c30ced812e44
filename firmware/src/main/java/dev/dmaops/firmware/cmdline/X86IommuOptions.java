package dev.dmaops.firmware.cmdline;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of {@code iommu=} that only x86 has (Linux 6.12 arch/x86/kernel/pci-dma.c iommu_setup). {@code pt} and {@code nopt}
 * are in {@link IommuParameters#passthrough()}.
 *
 * @param off {@code off}: no IOMMU is used
 * @param force {@code force}, {@code merge}, {@code biomerge}, undone by {@code noforce}: a GART is used even if memory is small
 * @param soft {@code soft}: a bounce pool is made even if all memory is in reach
 * @param usedac {@code usedac}: chipsets known for broken 64-bit addressing may use it; nothing behind this option is read
 */
public record X86IommuOptions(boolean off, boolean force, boolean soft, boolean usedac) {
    private static final List<String> KNOWN = List.of(
            "off",
            "force",
            "noforce",
            "biomerge",
            "panic",
            "nopanic",
            "merge",
            "nomerge",
            "usedac",
            "soft",
            "pt",
            "nopt",
            // Options of the GART driver.
            "leak",
            "fullflush",
            "nofullflush",
            "noagp",
            "noaperture",
            "allowed",
            "memaper");
    private static final List<String> WITHOUT_EFFECT = List.of("forcesac", "allowdac", "nodac");

    static final X86IommuOptions NONE = new X86IommuOptions(false, false, false, false);

    /** The options after one more item of the list. Every word is tried on its own and has to match only the item's start. */
    X86IommuOptions after(String item) {
        boolean forced = (force || item.startsWith("force")) && !item.startsWith("noforce");
        forced |= item.startsWith("biomerge") || item.startsWith("merge");
        return new X86IommuOptions(
                off || item.startsWith("off"),
                forced,
                soft || item.startsWith("soft"),
                usedac || item.startsWith("usedac"));
    }

    static List<Remark> remarks(KernelParameter word) {
        List<Remark> remarks = new ArrayList<>();
        List<String> items = items(word);
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i);
            if (WITHOUT_EFFECT.stream().anyMatch(item::startsWith)) {
                remarks.add(Remark.on(
                        word,
                        "'" + item + "' is ignored with a warning"
                                + (item.startsWith("force")
                                        ? ", but acts like 'force', whose letters it begins with"
                                        : "")));
            } else if (!item.isEmpty()
                    && !Character.isDigit(item.charAt(0))
                    && KNOWN.stream().noneMatch(item::startsWith)) {
                remarks.add(
                        Remark.on(word, "no option of iommu= begins '" + item + "'; it is ignored without a message"));
            }
            if (item.startsWith("usedac")) {
                if (i + 1 < items.size()) {
                    remarks.add(Remark.on(word, "nothing behind 'usedac' is read"));
                }
                break;
            }
        }
        return remarks;
    }

    /** The items of a list up to and including {@code usedac}. */
    static List<String> effectiveItems(KernelParameter word) {
        List<String> effective = new ArrayList<>();
        for (String item : items(word)) {
            effective.add(item);
            if (item.startsWith("usedac")) {
                break;
            }
        }
        return effective;
    }

    static List<String> items(KernelParameter word) {
        return List.of(word.value().orElse("").split(",", -1));
    }
}
