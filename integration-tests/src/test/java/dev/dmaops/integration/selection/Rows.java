package dev.dmaops.integration.selection;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PlatformProvider;
import dev.dmaops.spi.SystemDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;

/** The rows of the project's table, and rows like them. */
final class Rows {
    private static final String FILE = "selection.csv";
    private static final List<PlatformProvider> PLATFORMS = ServiceLoader.load(PlatformProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    private Rows() {}

    static List<SelectionRow> all() {
        return SelectionRow.parse(text(), FILE);
    }

    /** The row with the given id, with some columns changed: {@code like("S021", "kernel=6.1", "cmdline=iommu=pt")}. */
    static SelectionRow like(String id, String... changes) {
        List<String> lines = text().lines().toList();
        List<String> columns = List.of(lines.getFirst().split(",", -1));
        String line = lines.stream()
                .filter(candidate -> candidate.startsWith(id + ","))
                .findFirst()
                .orElseThrow();
        // The notes come last and are the only value with commas in the rows used here.
        String[] values = line.split(",", columns.size());
        values[columns.size() - 1] = "";
        for (String change : changes) {
            int equals = change.indexOf('=');
            int column = columns.indexOf(change.substring(0, equals));
            if (column < 0) {
                throw new IllegalArgumentException("no column for " + change);
            }
            values[column] = '"' + change.substring(equals + 1) + '"';
        }
        return SelectionRow.parse(lines.getFirst() + "\n" + String.join(",", values), FILE)
                .getFirst();
    }

    static PlatformPlan plan(SystemDescription system, DeviceDescription... devices) {
        return PLATFORMS.stream()
                .filter(platform ->
                        platform.architectures().contains(system.architecture().value()))
                .findFirst()
                .orElseThrow()
                .plan(system, List.of(devices));
    }

    static PlatformPlan plan(SelectionRow row) {
        return plan(row.system(), row.device());
    }

    static BackendChoice choice(SelectionRow row) {
        return plan(row).devices().getFirst().choice();
    }

    static List<String> rules(BackendChoice choice) {
        return choice.decisions().stream().map(Decision::rule).toList();
    }

    static String text() {
        try (InputStream in = Objects.requireNonNull(Rows.class.getResourceAsStream("/selection/" + FILE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
