package dev.dmaops.cli.explain;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import dev.dmaops.api.PoolKind;
import dev.dmaops.cli.TextTable;
import dev.dmaops.runtime.assembly.ForeignBehindIommu;
import dev.dmaops.runtime.configuration.Quantities;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PoolPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An explanation for people: a line for each device, then the steps. Steps that all devices share come once; devices whose own
 * steps are the same share a chapter.
 */
public final class ExplanationText {
    private static final int SHOWN_VALUE = 100;

    private ExplanationText() {}

    /** The text, with its last line's end. */
    public static String of(Explanation explanation) {
        StringBuilder text = new StringBuilder(explanation.heading()).append('\n');
        return text.append(system(explanation))
                .append('\n')
                .append(devices(explanation))
                .append(reasons(explanation))
                .toString();
    }

    /** The steps alone, each chapter after an empty line. */
    public static String reasons(Explanation explanation) {
        StringBuilder text = new StringBuilder(warnings(explanation));
        if (!explanation.plan().decisions().isEmpty()) {
            text.append("\nFor all devices\n");
            explanation.plan().decisions().forEach(decision -> text.append(step(List.of(decision))));
        }
        chapters(explanation).forEach(chapter -> text.append('\n').append(chapter(explanation, chapter)));
        return text.toString();
    }

    private static String warnings(Explanation explanation) {
        return explanation.choices().stream()
                .flatMap(choice -> ForeignBehindIommu.warning(choice).stream()
                        .map(warning -> "\nwarning " + warning.rule() + " (" + choice.device() + "): "
                                + warning.because() + "\n"))
                .collect(Collectors.joining());
    }

    private static String system(Explanation explanation) {
        List<MemoryRange> ram = explanation.system().ram();
        long bytes = ram.stream().mapToLong(MemoryRange::bytes).sum();
        PoolPlan pool = explanation.plan().pool();
        return new TextTable("  ", Set.of())
                .row(
                        "RAM",
                        ram.stream().map(MemoryRange::toString).collect(Collectors.joining(", ")) + " ("
                                + Quantities.text(bytes) + ")")
                .row("bounce pool", pool.kind() == PoolKind.NONE ? "none" : pool(pool))
                .text();
    }

    private static String pool(PoolPlan pool) {
        return pool.kind().text() + ": " + pool.slots() + " slots (" + Quantities.text(pool.slots() * 2048L) + ") in "
                + pool.areas() + (pool.areas() == 1 ? " area" : " areas") + ", at or below 0x"
                + Long.toHexString(pool.limit()) + (pool.forced() ? ", forced" : "");
    }

    private static String devices(Explanation explanation) {
        TextTable table = new TextTable("", Set.of()).row("DEVICE", "BACKEND", "BOUNCE", "POOL", "IOMMU", "MASK");
        for (BackendChoice choice : explanation.choices()) {
            table.row(
                    choice.device(),
                    choice.backend(),
                    choice.bounce().text(),
                    choice.pool().text(),
                    choice.iommuDomain().text(),
                    choice.setMask().text());
        }
        return table.text();
    }

    private static List<List<BackendChoice>> chapters(Explanation explanation) {
        Map<List<Object>, List<BackendChoice>> chapters = new LinkedHashMap<>();
        for (BackendChoice choice : explanation.choices()) {
            List<Object> key = explanation.own(choice).stream()
                    .<Object>map(ExplanationText::withoutOrigins)
                    .toList();
            chapters.computeIfAbsent(key, k -> new ArrayList<>()).add(choice);
        }
        return List.copyOf(chapters.values());
    }

    private static Decision withoutOrigins(Decision decision) {
        return new Decision(
                decision.rule(),
                decision.because(),
                decision.inputs().stream()
                        .map(input -> new DecisionInput(input.name(), input.value(), ""))
                        .toList(),
                decision.outcome());
    }

    private static String chapter(Explanation explanation, List<BackendChoice> devices) {
        StringBuilder text = new StringBuilder("Why ")
                .append(devices.stream().map(BackendChoice::device).collect(Collectors.joining(", ")))
                .append('\n');
        List<List<Decision>> own = devices.stream().map(explanation::own).toList();
        for (int step = 0; step < own.getFirst().size(); step++) {
            int at = step;
            text.append(step(own.stream().map(decisions -> decisions.get(at)).toList()));
        }
        return text.toString();
    }

    /** One step that was taken for one or more devices, with different origins at most. */
    private static String step(List<Decision> same) {
        Decision first = same.getFirst();
        TextTable inputs = new TextTable("      ", Set.of());
        for (int i = 0; i < first.inputs().size(); i++) {
            int at = i;
            List<String> origins = same.stream()
                    .map(decision -> decision.inputs().get(at).origin())
                    .distinct()
                    .toList();
            inputs.row(
                    first.inputs().get(i).name(),
                    shortened(first.inputs().get(i).value()),
                    "(" + origins.getFirst() + (origins.size() > 1 ? " and " + (origins.size() - 1) + " more" : "")
                            + ")");
        }
        return "  " + first.rule() + ": " + first.outcome() + "\n    " + first.because() + "\n" + inputs.text();
    }

    private static String shortened(String value) {
        return value.length() <= SHOWN_VALUE ? value : value.substring(0, SHOWN_VALUE - 1) + "…";
    }
}
