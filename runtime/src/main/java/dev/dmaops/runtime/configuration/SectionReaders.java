package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code kernel} and {@code policy}. */
final class SectionReaders {
    private SectionReaders() {}

    static KernelSettings kernel(Section section) {
        Optional<Sourced<KernelVersion>> version = section.text("version").flatMap(text -> {
            Optional<KernelVersion> parsed = KernelVersion.parse(text.value());
            if (parsed.isEmpty()) {
                section.reject(
                        "version",
                        text.origin(),
                        "expected a kernel release such as \"6.12\" or \"6.12.117\", found \"" + text.value()
                                + "\". Write it in quotes.");
            }
            return parsed.map(value -> new Sourced<>(value, text.origin()));
        });
        KernelSettings kernel = new KernelSettings(version, section.text("config"), section.text("cmdline"));
        section.end();
        return kernel;
    }

    static PolicySettings policy(Section section) {
        Optional<Sourced<Boolean>> skip = section.flag("skip-swiotlb-behind-iommu");
        Optional<Sourced<Boolean>> foreign = section.flag("iommu-translates-foreign");
        Optional<Sourced<Boolean>> zero = section.word("slot-padding", Words.pair("as-linux", false, "zero", true));
        // Waiting and deferring are not built; accepting the words would promise them.
        section.word("pool-exhausted", Map.of("fail", true));
        Optional<Sourced<Boolean>> refuse =
                section.word("pool-out-of-reach", Words.pair("report", false, "refuse", true));
        section.end();
        String origin = Stream.of(skip, foreign, zero)
                .flatMap(Optional::stream)
                .map(Sourced::origin)
                .findFirst()
                .orElse("default");
        return new PolicySettings(
                new Sourced<>(new Policy(is(skip), is(foreign), is(zero)), origin),
                refuse.orElse(Sourced.byDefault(false)));
    }

    private static boolean is(Optional<Sourced<Boolean>> flag) {
        return flag.map(Sourced::value).orElse(false);
    }
}
