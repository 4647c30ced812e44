package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The part of Linux's Kconfig that decides which DMA code a kernel contains: the generic DMA core, Xen, the IOMMU drivers and
 * the architecture symbols that feed them, with what they depend on. Symbols at the border are read from the file.
 *
 * <p>The rules were compared with the sources of Linux 5.14.0, 5.15.0, 6.1.192, 6.12.0, 6.12.117 and 6.18.35. For a version in
 * between a rule applies from the release that introduced it, as far as that is known.
 */
public final class DmaClosure {
    /** The oldest version with rules; it has them to show what the patch of 2021 changed. */
    static final KernelVersion OLDEST = new KernelVersion(5, 14, 0);

    private static final List<KernelVersion> COMPARED = List.of(
            OLDEST,
            new KernelVersion(5, 15, 0),
            new KernelVersion(6, 1, 0),
            new KernelVersion(6, 12, 0),
            new KernelVersion(6, 18, 0));
    private static final List<String> PARTS = List.of("kernel-dma", "xen", "iommu", "platform");
    private static final Map<RuleScope, KconfigModel> MODELS = new ConcurrentHashMap<>();

    private DmaClosure() {}

    /** {@return the series whose rules were compared with the kernel's sources, oldest first} */
    public static List<KernelVersion> comparedVersions() {
        return COMPARED;
    }

    /**
     * {@return the names of all symbols of the closure on one kernel}
     *
     * @param architecture the architecture
     * @param version the kernel version
     * @throws FirmwareException if the version is older than 5.14
     */
    public static Set<String> symbols(KernelArchitecture architecture, KernelVersion version) {
        return Set.copyOf(model(architecture, version).names());
    }

    /**
     * {@return the values that the rules give to every symbol of the closure}
     *
     * @param config the file; its architecture is found in it
     * @throws FirmwareException if the file does not show its architecture or version, or the version is older than 5.14
     */
    public static ResolvedConfig resolve(KernelConfig config) {
        return resolve(config, version(config));
    }

    /**
     * {@return the values that the rules of a given version give to every symbol of the closure}
     *
     * @param config the file; its architecture is found in it
     * @param version the kernel version, whatever the file's header says
     * @throws FirmwareException if the file does not show its architecture, or the version is older than 5.14
     */
    public static ResolvedConfig resolve(KernelConfig config, KernelVersion version) {
        return resolve(Assignments.of(config), architecture(config), version);
    }

    static ResolvedConfig resolve(Assignments given, KernelArchitecture architecture, KernelVersion version) {
        return Evaluator.resolve(model(architecture, version), given, new RuleScope(architecture, version));
    }

    /**
     * {@return the lines of a file that set symbols of the closure, with its header, in the order of the file}
     *
     * @param config the file
     * @throws FirmwareException if the file does not show its architecture or version
     */
    public static KernelConfig extract(KernelConfig config) {
        Set<String> names = symbols(architecture(config), version(config));
        return config.only(names::contains);
    }

    /** {@return whether any architecture or version has this symbol in the closure} */
    static boolean knows(String symbol) {
        return Rules.NAMES.contains(symbol);
    }

    /** {@return whether any architecture or version calculates this symbol instead of reading it} */
    static boolean derivedSomewhere(String symbol) {
        return Rules.DERIVED.contains(symbol);
    }

    static KconfigModel model(KernelArchitecture architecture, KernelVersion version) {
        if (version.compareTo(OLDEST) < 0) {
            throw new FirmwareException(
                    "Linux " + version,
                    "",
                    "cannot apply the Kconfig rules",
                    "Linux " + OLDEST + " or newer",
                    version.toString(),
                    "Name the version of a kernel that is supported");
        }
        return MODELS.computeIfAbsent(
                new RuleScope(architecture, version.series()),
                scope -> ClosureReader.read("DMA closure", Rules.TEXT, scope.architecture(), scope.version()));
    }

    static KernelArchitecture architecture(KernelConfig config) {
        return config.architecture()
                .orElseThrow(() -> new FirmwareException(
                        config.origin(),
                        "",
                        "cannot tell the architecture of the kernel",
                        "CONFIG_X86_64, CONFIG_X86_32, CONFIG_ARM or CONFIG_ARM64 set to y",
                        config.headerArchitecture()
                                .map(name -> "a configuration of Linux/" + name)
                                .orElse("none of them"),
                        "Give the complete .config of an x86, arm or arm64 kernel"));
    }

    static KernelVersion version(KernelConfig config) {
        return config.version()
                .orElseThrow(() -> new FirmwareException(
                        config.origin(),
                        "",
                        "cannot tell the version of the kernel",
                        "a line \"# Linux/ARCH VERSION Kernel Configuration\"",
                        "none",
                        "Name the kernel version"));
    }

    /** The rules as text, and the names in it over all scopes. Read once, when first needed. */
    private static final class Rules {
        private static final Pattern ENTRY = Pattern.compile(
                "(?m)^\\s*(?:\\[[^\\]]*])?\\s*(input\\s+)?(?:bool|tristate|int|hex|string)\\s+([A-Z0-9_a-z ]+)");
        static final String TEXT = PARTS.stream().map(Rules::part).collect(Collectors.joining("\n"));
        static final Set<String> NAMES = names(false);
        static final Set<String> DERIVED = names(true);

        private static Set<String> names(boolean derivedOnly) {
            Set<String> names = new HashSet<>();
            for (Matcher entry = ENTRY.matcher(TEXT); entry.find(); ) {
                if (!derivedOnly || entry.group(1) == null) {
                    names.addAll(List.of(entry.group(2).strip().split(" +", -1)));
                }
            }
            return Set.copyOf(names);
        }

        private static String part(String name) {
            String path = "closure/" + name + ".rules";
            try (InputStream in = Optional.ofNullable(DmaClosure.class.getResourceAsStream(path))
                    .orElseThrow(() -> new IllegalStateException("the jar lacks " + path))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
