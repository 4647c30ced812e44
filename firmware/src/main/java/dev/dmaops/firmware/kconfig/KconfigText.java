package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.kconfig.Recomputed.Agreement;
import java.util.List;

/** Reports as text for people; every line ends with a line feed. */
public final class KconfigText {
    private KconfigText() {}

    /**
     * {@return the report: kernel, backends with what they lack, and the symbols that differ}
     *
     * @param report the report
     */
    public static String of(KconfigReport report) {
        StringBuilder text = new StringBuilder();
        text.append(report.origin() + ": Linux " + report.version() + " on " + report.architecture() + " (version from "
                + report.versionOrigin() + ")\n");
        report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        text.append("\nbackends\n");
        for (BackendGate gate : report.backends()) {
            text.append(String.format("  %-12s %-3s  %s\n", gate.id(), gate.possible() ? "yes" : "no", gate.gate()));
            gate.shortfall().ifPresent(shortfall -> {
                text.append("      missing: ").append(shortfall.summary()).append('\n');
                append(text, "        ", shortfall);
            });
        }
        List<Recomputed> differences = report.differences();
        int agree = report.recomputed().size() - differences.size();
        text.append("\n" + report.recomputed().size() + " symbols recomputed: " + agree + " agree, "
                + count(differences, Agreement.CONTRADICTS) + " contradict, " + count(differences, Agreement.MISSING)
                + " missing, " + count(differences, Agreement.LINE_DIFFERS) + " written differently\n");
        differences.forEach(one -> text.append("  ").append(one.text()).append('\n'));
        report.warnings()
                .forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        return text.toString();
    }

    /**
     * {@return what follows from requested values}
     *
     * @param whatIf the comparison
     */
    public static String of(KconfigWhatIf whatIf) {
        StringBuilder text = new StringBuilder();
        append(text, whatIf.changes(), whatIf.backends());
        whatIf.warnings()
                .forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        return text.toString();
    }

    /**
     * {@return what a patch changed, and its table}
     *
     * @param patch the comparison
     */
    public static String of(KconfigPatch patch) {
        StringBuilder text = new StringBuilder();
        text.append("patch " + patch.id() + " (Linux " + patch.after() + "): " + patch.title() + "\n\n");
        append(text, patch.changes(), patch.backends());
        text.append("\nSWIOTLB_XEN on every kind of kernel\n");
        text.append(
                String.format("  %-4s %-7s %-22s %-5s %-9s %s\n", "", "arch", "inputs", "5.14", "5.15, 6.1", "6.12"));
        for (PatchCase one : patch.table()) {
            text.append(String.format(
                    "  %-4s %-7s %-22s %-5s %-9s %s\n",
                    one.id(), one.architecture(), one.inputs(), one.before(), one.after(), one.recent()));
        }
        return text.toString();
    }

    /**
     * {@return what a patch does to the symbols and backends of one configuration}
     *
     * @param patch the comparison
     */
    public static String changes(KconfigPatch patch) {
        StringBuilder text = new StringBuilder();
        append(text, patch.changes(), patch.backends());
        return text.toString();
    }

    private static void append(StringBuilder text, List<KconfigChange> changes, List<BackendChange> backends) {
        if (changes.isEmpty()) {
            text.append("nothing changes\n");
        }
        for (KconfigChange change : changes) {
            text.append(change.symbol() + ": " + change.before() + " -> " + change.after() + "  " + change.because());
            text.append(change.chain().size() > 1 ? "  [" + String.join(" > ", change.chain()) + "]\n" : "\n");
        }
        for (BackendChange backend : backends) {
            text.append("backend " + backend.id() + ": ");
            text.append(
                    backend.after()
                            ? "becomes possible\n"
                            : "is no longer possible, missing " + backend.lacking() + "\n");
        }
    }

    private static void append(StringBuilder text, String indent, Shortfall shortfall) {
        boolean told = !shortfall.reason().isEmpty();
        if (told) {
            text.append(indent)
                    .append(shortfall.needs().isEmpty() ? leaf(shortfall) : shortfall.reason())
                    .append('\n');
        }
        shortfall.needs().forEach(need -> append(text, told ? indent + "  " : indent, need));
    }

    private static String leaf(Shortfall shortfall) {
        return shortfall.reason().startsWith(shortfall.expression() + " is ")
                ? shortfall.reason()
                : shortfall.expression() + ": " + shortfall.reason();
    }

    private static long count(List<Recomputed> differences, Agreement agreement) {
        return differences.stream().filter(one -> one.agreement() == agreement).count();
    }
}
