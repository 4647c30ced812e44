package dev.dmaops.firmware.kconfig;

import java.util.Optional;

/**
 * The kernel that rules are read for, and the test of a rule's scope against it.
 *
 * @param architecture the architecture
 * @param version the version; its patch level does not matter
 */
record RuleScope(KernelArchitecture architecture, KernelVersion version) {
    /** {@return whether a scope such as {@code x86 arm64 6.1..6.11} holds here, or empty if it cannot be read} */
    Optional<Boolean> matches(String scope) {
        boolean named = false;
        boolean architectureMatches = false;
        boolean versionMatches = true;
        for (String word : scope.strip().split("\\s+", -1)) {
            int dots = word.indexOf("..");
            if (dots >= 0) {
                Optional<Boolean> inside = inside(word.substring(0, dots), word.substring(dots + 2));
                if (inside.isEmpty()) {
                    return Optional.empty();
                }
                versionMatches = inside.get();
            } else if (word.equals("x86") || KernelArchitecture.of(word).isPresent()) {
                named = true;
                architectureMatches |= word.equals(architecture.id()) || word.equals(architecture.directory());
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(versionMatches && (architectureMatches || !named));
    }

    private Optional<Boolean> inside(String first, String last) {
        Optional<KernelVersion> low = first.isEmpty() ? Optional.of(version.series()) : KernelVersion.parse(first);
        Optional<KernelVersion> high = last.isEmpty() ? Optional.of(version.series()) : KernelVersion.parse(last);
        if (low.isEmpty() || high.isEmpty()) {
            return Optional.empty();
        }
        KernelVersion series = version.series();
        return Optional.of(series.compareTo(low.get()) >= 0 && series.compareTo(high.get()) <= 0);
    }
}
