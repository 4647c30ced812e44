package dev.dmaops.cli.explain;

import dev.dmaops.api.Decision;
import dev.dmaops.cli.TextTable;
import dev.dmaops.cli.explain.Difference.Changed;
import dev.dmaops.cli.explain.Difference.Device;
import dev.dmaops.cli.explain.Difference.Field;
import dev.dmaops.cli.explain.Difference.Steps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A difference for people. Devices that differ in the same way share a chapter. */
public final class DifferenceText {
    private DifferenceText() {}

    /** The text, with its last line's end. */
    public static String of(Difference difference) {
        StringBuilder text = new StringBuilder("A  ")
                .append(difference.a().heading())
                .append("\nB  ")
                .append(difference.b().heading())
                .append('\n');
        if (!difference.system().isEmpty()) {
            text.append("\nFor all devices\n").append(lines(List.of(), difference.system()));
        }
        text.append('\n').append(count(difference)).append('\n');
        names(text, "only in A: ", difference.onlyA());
        names(text, "only in B: ", difference.onlyB());
        chapters(difference)
                .forEach((same, ids) -> text.append('\n')
                        .append(String.join(", ", ids))
                        .append('\n')
                        .append(same));
        return text.toString();
    }

    private static String count(Difference difference) {
        int count = difference.devices().size();
        return count == 0
                ? "The " + difference.compared() + " devices do not differ."
                : count + " of " + difference.compared() + (count == 1 ? " devices differs." : " devices differ.");
    }

    private static void names(StringBuilder text, String what, List<String> ids) {
        if (!ids.isEmpty()) {
            text.append(what).append(String.join(", ", ids)).append('\n');
        }
    }

    private static Map<String, List<String>> chapters(Difference difference) {
        Map<String, List<String>> chapters = new LinkedHashMap<>();
        for (Device device : difference.devices()) {
            chapters.computeIfAbsent(lines(device.fields(), device.steps()), same -> new ArrayList<>())
                    .add(device.id());
        }
        return chapters;
    }

    private static String lines(List<Field> fields, Steps steps) {
        TextTable table = new TextTable("  ", Set.of());
        for (Field field : fields) {
            table.row(label(field.name()), field.a() + " -> " + field.b());
        }
        steps.onlyA().forEach(step -> table.row("only A", said(step)));
        steps.onlyB().forEach(step -> table.row("only B", said(step)));
        StringBuilder text = new StringBuilder(table.text());
        for (Changed input : steps.inputs()) {
            text.append("  ")
                    .append(input.a().name())
                    .append("  ")
                    .append(input.a().value())
                    .append(" (")
                    .append(input.a().origin())
                    .append(") -> ")
                    .append(input.b().value())
                    .append(" (")
                    .append(input.b().origin())
                    .append(")\n");
        }
        return text.toString();
    }

    private static String said(Decision step) {
        return step.rule() + ": " + step.outcome();
    }

    private static String label(String field) {
        return switch (field) {
            case "iommuDomain" -> "IOMMU";
            case "setMask" -> "mask";
            default -> field;
        };
    }
}
