package dev.dmaops.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes as Markdown what a replay left over: for every family of files the counts, and what differs or was skipped by cause. */
public final class ConformanceReport {
    private ConformanceReport() {}

    /** The report. Equal outcomes give equal text. */
    public static String markdown(List<FileOutcome> outcomes) {
        Map<String, List<FileOutcome>> families = outcomes.stream()
                .collect(Collectors.groupingBy(ConformanceReport::family, TreeMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        text.append("| family | files | checked | matched | mismatched | skipped |\n|---|---:|---:|---:|---:|---:|\n");
        families.forEach((family, files) -> text.append(line(family, files)));
        text.append(line("**all**", outcomes));
        families.forEach((family, files) -> {
            causes(text, family + ": mismatched", files, FileOutcome::mismatchedBy);
            causes(text, family + ": skipped", files, FileOutcome::skippedBy);
        });
        return text.toString();
    }

    /** Recordings of a kind whose names start with the same word. */
    private static String family(FileOutcome outcome) {
        String first = outcome.name().split("[-_.]", 2)[0];
        return switch (outcome.kind()) {
            case "linux", "xen" -> outcome.kind() + " " + first;
            default -> outcome.kind();
        };
    }

    private static String line(String name, List<FileOutcome> files) {
        return "| " + name + " | " + files.size() + " | " + sum(files, FileOutcome::checked) + " | "
                + sum(files, FileOutcome::matched) + " | " + sum(files, FileOutcome::mismatched) + " | "
                + sum(files, FileOutcome::skipped) + " |\n";
    }

    private static long sum(List<FileOutcome> files, Function<FileOutcome, Long> count) {
        return files.stream().mapToLong(count::apply).sum();
    }

    private static void causes(
            StringBuilder text,
            String title,
            List<FileOutcome> files,
            Function<FileOutcome, Map<String, Long>> causesOf) {
        Map<String, Long> total = sums(files, causesOf);
        if (total.isEmpty()) {
            return;
        }
        text.append("\n### ").append(title).append("\n\n| rows | cause |\n|---:|---|\n");
        total.forEach((cause, rows) -> text.append("| ")
                .append(rows)
                .append(" | ")
                .append(cause.replace("|", "\\|"))
                .append(" |\n"));
    }

    /** Skipped rows of all files by cause, the most frequent first. */
    public static Map<String, Long> skippedBy(List<FileOutcome> files) {
        return sums(files, FileOutcome::skippedBy);
    }

    private static Map<String, Long> sums(List<FileOutcome> files, Function<FileOutcome, Map<String, Long>> causesOf) {
        Map<String, Long> total = new TreeMap<>();
        files.forEach(file -> causesOf.apply(file).forEach((cause, rows) -> total.merge(cause, rows, Long::sum)));
        Map<String, Long> ordered = new LinkedHashMap<>();
        total.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
        return ordered;
    }
}
