package dev.dmaops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Columns as wide as what stands in them, two blanks apart. */
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> numbers;
    private final String indent;

    /**
     * An empty table.
     *
     * @param indent what each line begins with
     * @param numbers columns to be flush right
     */
    public TextTable(String indent, Set<Integer> numbers) {
        this.indent = indent;
        this.numbers = numbers;
    }

    /** Adds a row. */
    public TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, each with its end; no line ends with blanks. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int column = 0; column < row.size(); column++) {
                String blanks = " ".repeat(width(column) - row.get(column).length());
                line.append(column == 0 ? "" : "  ")
                        .append(numbers.contains(column) ? blanks + row.get(column) : row.get(column) + blanks);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}
