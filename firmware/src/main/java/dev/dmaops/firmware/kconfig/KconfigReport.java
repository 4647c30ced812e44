package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.kconfig.Recomputed.Agreement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the Kconfig rules say of one kernel configuration.
 *
 * @param origin how the user knows the file
 * @param architecture the architecture, found in the file
 * @param version the kernel version whose rules were applied
 * @param versionOrigin where the version comes from
 * @param backends the backends, and what is missing for those that the kernel cannot have
 * @param recomputed every symbol of the closure that has rules, calculated from the independent ones
 * @param warnings selects against dependencies, as the kernel's own tools would warn
 * @param notes what limits the report, such as a version whose rules were not compared with the kernel's sources
 */
public record KconfigReport(
        String origin,
        KernelArchitecture architecture,
        KernelVersion version,
        String versionOrigin,
        List<BackendGate> backends,
        List<Recomputed> recomputed,
        List<String> warnings,
        List<String> notes) {
    /** Copies the lists. */
    public KconfigReport {
        backends = List.copyOf(backends);
        recomputed = List.copyOf(recomputed);
        warnings = List.copyOf(warnings);
        notes = List.copyOf(notes);
    }

    /**
     * {@return the report by the rules of the version in the file's header line}
     *
     * @param config the file
     * @throws FirmwareException if the file does not show architecture or version, or the version is older than 5.14
     */
    public static KconfigReport of(KernelConfig config) {
        return of(config, DmaClosure.version(config), config.versionOrigin());
    }

    /**
     * {@return the report by the rules of a given version}
     *
     * @param config the file
     * @param version the kernel version, whatever the header line says
     * @param versionOrigin where the caller has it from
     * @throws FirmwareException if the file does not show its architecture, or the version is older than 5.14
     */
    public static KconfigReport of(KernelConfig config, KernelVersion version, String versionOrigin) {
        ResolvedConfig resolved = DmaClosure.resolve(config, version);
        return new KconfigReport(
                config.origin(),
                resolved.architecture(),
                version,
                versionOrigin,
                BackendGate.all(resolved),
                recomputed(config, resolved),
                resolved.unmetDependencies().stream().map(UnmetDependency::text).toList(),
                notes(config, version));
    }

    /** {@return the symbols whose value in the file is not what the rules give} */
    public List<Recomputed> differences() {
        return recomputed.stream()
                .filter(symbol -> symbol.agreement() != Agreement.AGREES)
                .toList();
    }

    /**
     * Refuses a file that contradicts itself: a line that sets a symbol to what its own dependencies, defaults and selectors
     * rule out. A file that leaves derived symbols out passes.
     *
     * @throws FirmwareException for the first such line; the message names the symbol, its line, what it must be and why,
     *     and how many more there are
     */
    public void requireConsistent() {
        List<Recomputed> wrong = recomputed.stream()
                .filter(symbol -> symbol.agreement() == Agreement.CONTRADICTS)
                .toList();
        if (wrong.isEmpty()) {
            return;
        }
        Recomputed first = wrong.get(0);
        String more = switch (wrong.size()) {
            case 1 -> "";
            case 2 -> "; 1 more line contradicts the rules";
            default -> "; " + (wrong.size() - 1) + " more lines contradict the rules";
        };
        throw new FirmwareException(
                origin,
                "line " + first.line(),
                "contradicts the Kconfig rules of Linux " + version + " on " + architecture,
                first.symbol() + " " + first.expected() + " (" + first.because() + ")",
                first.found(),
                "Run make olddefconfig on the file or correct the line" + more);
    }

    private static List<Recomputed> recomputed(KernelConfig config, ResolvedConfig resolved) {
        List<Recomputed> all = new ArrayList<>();
        for (ResolvedSymbol symbol : resolved.symbols()) {
            Recomputed one = Recomputed.of(config, symbol);
            boolean input = resolved.rules(symbol.symbol()).orElseThrow().input();
            if (!input || one.agreement() == Agreement.CONTRADICTS) {
                all.add(one);
            }
        }
        for (ConfigEntry entry : config.entries()) {
            if (DmaClosure.derivedSomewhere(entry.symbol())
                    && resolved.rules(entry.symbol()).isEmpty()) {
                all.add(Recomputed.of(config, undefined(resolved, entry.symbol())));
            }
        }
        return all;
    }

    private static ResolvedSymbol undefined(ResolvedConfig resolved, String symbol) {
        ResolvedSymbol none = ResolvedConfig.undefined(symbol);
        String why = "no such symbol on " + resolved.architecture() + " in Linux " + resolved.version();
        return new ResolvedSymbol(
                symbol, none.type(), none.value(), false, new Cause(none.cause().kind(), why));
    }

    private static List<String> notes(KernelConfig config, KernelVersion version) {
        List<String> notes = new ArrayList<>();
        if (!DmaClosure.comparedVersions().contains(version.series())) {
            notes.add("the rules of Linux " + version.series()
                    + " are put together from those of its neighbours; they were not compared with its sources");
        }
        config.version()
                .filter(found -> !found.series().equals(version.series()))
                .ifPresent(
                        found -> notes.add("the file is one of Linux " + found + " (" + config.versionOrigin() + ")"));
        return notes;
    }
}
