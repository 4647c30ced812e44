package dev.dmaops.integration.house;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table of docs/modules.md. */
final class ModuleTable {
    /** One row: folder, JPMS module (empty for none), folders it needs to compile, folders it brings at run time. */
    record Row(String folder, String module, Set<String> needs, Set<String> brings) {}

    private static final Map<String, Row> ROWS = read();

    private ModuleTable() {}

    static Collection<Row> rows() {
        return ROWS.values();
    }

    static Row row(String folder) {
        return Objects.requireNonNull(ROWS.get(folder), () -> "docs/modules.md has no row for " + folder);
    }

    /** Every folder that the row's module reaches when it is compiled: what it needs, what that needs, and so on. */
    static Set<String> reach(Row row) {
        Set<String> reached = new TreeSet<>();
        Set<String> open = new TreeSet<>(row.needs());
        while (!open.isEmpty()) {
            String next = open.iterator().next();
            open.remove(next);
            if (reached.add(next)) {
                open.addAll(row(next).needs());
            }
        }
        return reached;
    }

    static List<String> folders() {
        return List.copyOf(ROWS.keySet());
    }

    static List<String> backends() {
        return folders().stream().filter(f -> f.startsWith("backend-")).toList();
    }

    private static Map<String, Row> read() {
        List<String[]> cells = Repository.read(Repository.ROOT.resolve("docs/modules.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1))
                .toList();
        List<String> folders = cells.stream().map(c -> plain(c[1])).toList();
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String[] c : cells) {
            Row row = new Row(plain(c[1]), plain(c[2]), expand(c[4], folders), expand(c[5], folders));
            rows.put(row.folder(), row);
        }
        return rows;
    }

    private static Set<String> expand(String cell, List<String> folders) {
        return Arrays.stream(cell.split(","))
                .map(ModuleTable::plain)
                .filter(word -> !word.isEmpty())
                .flatMap(word -> switch (word) {
                    case "all backends" -> folders.stream().filter(f -> f.startsWith("backend-"));
                    case "both platforms" -> folders.stream().filter(f -> f.startsWith("platform-"));
                    default -> List.of(word).stream();
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String plain(String cell) {
        return cell.replace("`", "").strip();
    }
}
