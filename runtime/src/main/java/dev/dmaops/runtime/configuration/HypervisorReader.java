package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.Sourced;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code hypervisor}: which kinds there are depends on the platform. */
final class HypervisorReader {
    private HypervisorReader() {}

    static Hypervisor hypervisor(Optional<Section> there, Architecture architecture) {
        if (there.isEmpty()) {
            return Hypervisor.NONE;
        }
        Section section = there.get();
        Optional<Sourced<Kind>> kind = section.word("kind", kinds(architecture));
        if (!section.has("kind")) {
            section.missing(
                    "kind", "one of " + String.join(", ", kinds(architecture).keySet()));
        }
        Optional<Sourced<Boolean>> initial = section.word("domain", Words.pair("dom0", true, "domU", false));
        Optional<Sourced<Boolean>> directMapped = section.flag("direct-mapped");
        Optional<Sourced<Boolean>> autoTranslated = section.flag("auto-translated");
        Optional<Sourced<Boolean>> pvPci = section.flag("host-memory-map");
        Optional<Sourced<Boolean>> cacheFlush = section.flag("cache-flush");
        Optional<Sourced<Boolean>> unpopulated = section.flag("unpopulated-pages");
        section.end();
        Kind found = kind.map(Sourced::value).orElse(Kind.NATIVE);
        if (found == Kind.NATIVE) {
            return new Hypervisor(
                    Kind.NATIVE,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false,
                    section.origin());
        }
        if (!section.has("domain")) {
            section.missing("domain", "dom0 or domU");
        }
        boolean dom0 = initial.map(Sourced::value).orElse(false);
        // Xen reports exactly one of the two features; one that is too old reports neither.
        Optional<Boolean> direct = directMapped.map(Sourced::value);
        return new Hypervisor(
                found,
                dom0,
                autoTranslated.map(Sourced::value),
                direct,
                direct.map(yes -> !yes),
                pvPci.map(Sourced::value).orElse(dom0),
                cacheFlush.map(Sourced::value).orElse(found == Kind.XEN_ARM),
                unpopulated.map(Sourced::value).orElse(true),
                kind.map(Sourced::origin).orElse(section.origin()));
    }

    private static Map<String, Kind> kinds(Architecture architecture) {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("none", Kind.NATIVE);
        if (architecture == Architecture.X86) {
            kinds.put(Kind.XEN_PV.text(), Kind.XEN_PV);
            kinds.put(Kind.XEN_HVM.text(), Kind.XEN_HVM);
            kinds.put(Kind.XEN_PVH.text(), Kind.XEN_PVH);
        } else {
            kinds.put("xen", Kind.XEN_ARM);
        }
        return kinds;
    }
}
