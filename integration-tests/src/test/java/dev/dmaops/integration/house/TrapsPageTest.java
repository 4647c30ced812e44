package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about real hosts names a test for each trap; they exist. */
class TrapsPageTest {
    private static final Pattern UNIT = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern GUEST = Pattern.compile("guest: \"([^\"]+)\"");

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        Map<String, String> sources = sources();
        String guests = sources.entrySet().stream()
                .filter(source ->
                        source.getKey().startsWith("Guest") || source.getKey().startsWith("EduChecks"))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining());
        List<String> rows = Repository.read(Repository.ROOT.resolve("docs/linux-host.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| trap |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(25);
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            List<MatchResult> units = UNIT.matcher(row).results().toList();
            List<MatchResult> checks = GUEST.matcher(row).results().toList();
            if (units.isEmpty() && checks.isEmpty()) {
                missing.add("no test in " + row);
            }
            units.stream()
                    .filter(unit ->
                            !sources.getOrDefault(unit.group(1) + ".java", "").contains(" void " + unit.group(2) + "("))
                    .forEach(unit -> missing.add(unit.group()));
            checks.stream()
                    .filter(check -> !guests.contains('"' + check.group(1) + '"'))
                    .forEach(check -> missing.add(check.group()));
        }
        assertThat(missing).isEmpty();
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("machine-linux", "cli", "integration-tests")) {
            try (Stream<Path> files = Files.walk(Repository.ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> sources.put(String.valueOf(file.getFileName()), Repository.read(file)));
            }
        }
        return sources;
    }
}
