package dev.dmaops.cli.explain;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.cli.TextTable;
import dev.dmaops.firmware.kconfig.KconfigPatch;
import dev.dmaops.firmware.kconfig.KconfigText;
import java.util.List;
import java.util.Set;

/** What a patch does, for people. */
public final class PatchText {
    private PatchText() {}

    /** About one system: what changes in its kernel, then a line for each device. */
    public static String of(PatchExplanation explanation) {
        KconfigPatch patch = explanation.patch();
        TextTable table = new TextTable("", Set.of()).row("DEVICE", "BEFORE", "AFTER", "WHY");
        List<BackendChoice> after = explanation.after().choices();
        for (int i = 0; i < after.size(); i++) {
            BackendChoice then = explanation.before().choices().get(i);
            table.row(after.get(i).device(), shown(then), shown(after.get(i)), why(after.get(i)));
        }
        return explanation.after().heading() + "\n" + title(patch) + "\nThe kernel\n"
                + KconfigText.changes(patch).indent(2) + "\n" + table.text();
    }

    /** About every kind of kernel, a line for each. */
    public static String of(List<PatchRow> rows) {
        TextTable table =
                new TextTable("", Set.of()).row("", "KERNEL", "", "RUNS AS", "SWIOTLB_XEN", "BEFORE", "AFTER", "WHY");
        for (PatchRow row : rows) {
            table.row(
                    row.kind().id(),
                    row.kind().architecture().id(),
                    row.kind().inputs(),
                    row.domain(),
                    row.kind().before() + " -> " + row.kind().after(),
                    row.before().backend(),
                    row.after().backend(),
                    why(row.after()));
        }
        long kernels = rows.stream()
                .filter(row -> row.kind().before() != row.kind().after())
                .count();
        long devices = rows.stream()
                .filter(row -> !row.before().backend().equals(row.after().backend()))
                .count();
        return title(rows.getFirst().explanation().patch()) + "\nA 64-bit device on every kind of kernel\n"
                + table.text()
                + "\n" + kernels + " of " + rows.size() + " kernels lose SWIOTLB_XEN, " + devices + " of " + rows.size()
                + " devices get another backend.\n";
    }

    private static String title(KconfigPatch patch) {
        return "patch " + patch.id() + " (Linux " + patch.after() + "): " + patch.title() + "\n";
    }

    private static String shown(BackendChoice choice) {
        return choice.backend() + ", bounce " + choice.bounce().text();
    }

    private static String why(BackendChoice choice) {
        return choice.decisions().getLast().because();
    }
}
