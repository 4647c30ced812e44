package dev.dmaops.cli.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A diagnosis for people. */
public final class DiagnosisText {
    private final Diagnosis diagnosis;
    private final StringBuilder text = new StringBuilder();

    private DiagnosisText(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    /** The text. */
    public static String of(Diagnosis diagnosis) {
        return new DiagnosisText(diagnosis).write();
    }

    private String write() {
        List<Finding> findings = diagnosis.findings();
        text.append(diagnosis.source())
                .append(": ")
                .append(Texts.count(diagnosis.lines(), "line"))
                .append(", ")
                .append(Texts.count(diagnosis.bootCount(), "boot"))
                .append(", ")
                .append(
                        findings.isEmpty()
                                ? "no complaint about DMA"
                                : Texts.count(diagnosis.complaints(), "complaint") + " about DMA in "
                                        + Texts.count(findings.size(), "group"))
                .append('\n');
        for (BootReport boot : diagnosis.boots()) {
            if (diagnosis.bootCount() == 1 || findings.stream().anyMatch(finding -> finding.boot() == boot.number())) {
                text.append('\n');
                boot(boot);
            }
        }
        for (int i = 0; i < findings.size(); i++) {
            text.append('\n');
            finding(i + 1, findings.get(i));
        }
        if (diagnosis.leftOut() > 0) {
            text.append("\nFurther ")
                    .append(Texts.count(diagnosis.leftOut(), "complaint"))
                    .append(" of more devices and kinds are left out.\n");
        }
        return text.toString();
    }

    private void boot(BootReport boot) {
        List<String> facts = new ArrayList<>();
        facts.add(boot.kernel().map(version -> "Linux " + version).orElse("its start is not in the log"));
        boot.poolSlots()
                .ifPresent(slots -> facts.add("bounce pool of " + slots + " slots (" + Slots.size(slots) + ")"));
        boot.areas().ifPresent(areas -> facts.add(Texts.count(areas, "area")));
        if (boot.forced()) {
            facts.add("everything bounces (swiotlb= has force)");
        }
        if (boot.noPool()) {
            facts.add("no bounce pool (swiotlb= has noforce)");
        }
        text.append("Boot ")
                .append(boot.number())
                .append(", lines ")
                .append(boot.firstLine())
                .append('-')
                .append(boot.lastLine())
                .append(": ")
                .append(String.join(", ", facts))
                .append('\n');
        boot.remarks()
                .forEach(
                        remark -> text.append("  command line: ").append(remark).append('\n'));
    }

    private void finding(int number, Finding finding) {
        text.append(number).append(". ");
        if (!finding.device().isEmpty()) {
            text.append(finding.device());
            text.append(finding.driver().isEmpty() ? "" : " (" + finding.driver() + ")")
                    .append(": ");
        }
        text.append(finding.title()).append(", ").append(Texts.count(finding.count(), "time"));
        if (finding.suppressed() > 0) {
            text.append(" and ").append(finding.suppressed()).append(" more that the kernel left out");
        }
        text.append(", ").append(diagnosis.source()).append(':').append(finding.firstLine());
        boolean several = finding.lastLine() != finding.firstLine();
        text.append(several ? " to " + finding.lastLine() : "");
        if (!finding.firstTime().isEmpty()) {
            boolean span = several && !finding.lastTime().isEmpty();
            text.append(span ? ", " : ", at ").append(finding.firstTime());
            text.append(span ? " to " + finding.lastTime() : "");
        }
        if (diagnosis.bootCount() > 1) {
            text.append(", boot ").append(finding.boot());
        }
        text.append("\n   ")
                .append(diagnosis.source())
                .append(':')
                .append(finding.messageLine())
                .append(": ")
                .append(finding.message())
                .append("\n   ")
                .append(verdict(finding))
                .append('\n');
        list("Because", finding.because());
        list("To tell", finding.toTell());
        list("Cure", finding.cure());
    }

    private static String verdict(Finding finding) {
        if (finding.causes().isEmpty()) {
            return finding.means();
        }
        String others = finding.causes().stream()
                .skip(1)
                .map(cause -> "(" + cause + ") " + PoolCause.values()[cause - 1].text())
                .collect(Collectors.joining("; "));
        return "Cause (" + finding.causes().getFirst() + "), " + finding.certainty() + ": " + finding.means()
                + (others.isEmpty() ? "" : "\n   Possible as well: " + others);
    }

    private void list(String heading, List<String> items) {
        if (!items.isEmpty()) {
            text.append("   ").append(heading).append(":\n");
            items.forEach(item -> text.append("     - ").append(item).append('\n'));
        }
    }
}
