package dev.dmaops.selection;

import static dev.dmaops.selection.CommandLineFacts.AMD_FULLFLUSH;
import static dev.dmaops.selection.CommandLineFacts.AMD_OFF;
import static dev.dmaops.selection.CommandLineFacts.INTEL;
import static dev.dmaops.selection.CommandLineFacts.INTEL_STRICT;
import static dev.dmaops.selection.CommandLineFacts.INTEL_TBOOT_NOFORCE;
import static dev.dmaops.selection.CommandLineFacts.IOMMU_FORCE;
import static dev.dmaops.selection.CommandLineFacts.IOMMU_OFF;
import static dev.dmaops.selection.CommandLineFacts.IOMMU_SOFT;
import static dev.dmaops.selection.CommandLineFacts.PASSTHROUGH;
import static dev.dmaops.selection.CommandLineFacts.STRICT;
import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_FORCE;
import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_NOFORCE;
import static dev.dmaops.selection.SystemFacts.POOL_SIZING;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the words of the kernel command line that DMA depends on, in order, into facts. */
final class CommandLine {
    private static final Pattern SWIOTLB =
            Pattern.compile("(0[xX][0-9a-fA-F]+|\\d+)?,?(0[xX][0-9a-fA-F]+|\\d+)?,?(.*)");

    private final Facts facts;
    private final boolean x86;
    private final boolean areas;
    private String word = "";

    CommandLine(Facts facts, boolean x86, boolean areas) {
        this.facts = facts;
        this.x86 = x86;
        this.areas = areas;
    }

    void read(String text) {
        for (String next : text.trim().split("\\s+", -1)) {
            word = next;
            int equals = next.indexOf('=');
            if (equals > 0) {
                parameter(next.substring(0, equals).replace('-', '_'), next.substring(equals + 1));
            }
        }
    }

    private void parameter(String name, String value) {
        switch (name) {
            case "swiotlb" -> swiotlb(value);
            case "iommu.passthrough" -> say(PASSTHROUGH, value);
            case "iommu.strict" -> say(STRICT, value);
            case "iommu" -> {
                if (x86) {
                    iommu(value);
                }
            }
            case "intel_iommu" -> {
                for (String item : value.split(",", -1)) {
                    intel(item);
                }
            }
            case "amd_iommu" -> {
                for (String item : value.split(",", -1)) {
                    flag(AMD_OFF, item, "off");
                    flag(AMD_FULLFLUSH, item, "fullflush");
                }
            }
            default -> {}
        }
    }

    private void swiotlb(String value) {
        Matcher matcher = SWIOTLB.matcher(value);
        if (!matcher.matches()) {
            return;
        }
        PoolSizing size = facts.peek(POOL_SIZING);
        if (matcher.group(1) != null) {
            size = size.withSlots(Long.decode(matcher.group(1)));
        }
        if (matcher.group(2) != null && areas) {
            size = size.withAreas(Long.decode(matcher.group(2)));
        }
        facts.give(POOL_SIZING, size, origin());
        if (matcher.group(3).equals("force")) {
            facts.give(SWIOTLB_FORCE, true, origin());
        } else if (matcher.group(3).equals("noforce")) {
            facts.give(SWIOTLB_NOFORCE, true, origin());
        }
    }

    private void iommu(String value) {
        for (String item : value.split(",", -1)) {
            flag(IOMMU_OFF, item, "off");
            flag(IOMMU_FORCE, item, "force");
            flag(IOMMU_FORCE, item, "biomerge");
            flag(IOMMU_FORCE, item, "merge");
            if (item.startsWith("noforce")) {
                facts.give(IOMMU_FORCE, false, origin());
            }
            flag(IOMMU_SOFT, item, "soft");
            if (item.startsWith("pt")) {
                facts.give(PASSTHROUGH, Saying.YES, origin());
            }
            if (item.startsWith("nopt")) {
                facts.give(PASSTHROUGH, Saying.NO, origin());
            }
            if (item.startsWith("usedac")) {
                return;
            }
        }
    }

    private void intel(String item) {
        if (item.startsWith("on")) {
            facts.give(INTEL, Saying.YES, origin());
        } else if (item.startsWith("off")) {
            facts.give(INTEL, Saying.NO, origin());
        }
        flag(INTEL_STRICT, item, "strict");
        flag(INTEL_TBOOT_NOFORCE, item, "tboot_noforce");
    }

    private void flag(Fact<Boolean> flag, String item, String prefix) {
        if (item.startsWith(prefix)) {
            facts.give(flag, true, origin());
        }
    }

    // kstrtobool looks at the first letter, and at the second of "on" and "off".
    private void say(Fact<Saying> fact, String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (lower.startsWith("y") || lower.startsWith("t") || lower.startsWith("1") || lower.startsWith("on")) {
            facts.give(fact, Saying.YES, origin());
        } else if (lower.startsWith("n") || lower.startsWith("f") || lower.startsWith("0") || lower.startsWith("of")) {
            facts.give(fact, Saying.NO, origin());
        }
    }

    private String origin() {
        return "command line " + word;
    }
}
