package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.integration.house.ModuleTable.Row;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The split into modules is written in the poms, in the module declarations and on a page; they agree. */
class ModuleEdgesTest {
    private static final Pattern REQUIRES = Pattern.compile("requires (?:static |transitive )*([a-z0-9.]+);");

    static Collection<Row> rows() {
        return ModuleTable.rows();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void pomNeedsWhatThePageSays(Row row) {
        assertThat(PomFile.of(row.folder()).edges("compile", "provided")).isEqualTo(row.needs());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void pomBringsWhatThePageSays(Row row) {
        assertThat(PomFile.of(row.folder()).edges("runtime")).isEqualTo(row.brings());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void declarationRequiresWhatThePageSays(Row row) {
        if (row.module().isEmpty()) {
            return;
        }
        Map<String, String> folderOfModule =
                rows().stream().filter(r -> !r.module().isEmpty()).collect(Collectors.toMap(Row::module, Row::folder));
        Matcher matcher = REQUIRES.matcher(
                Repository.read(Repository.ROOT.resolve(row.folder()).resolve("src/main/java/module-info.java")));
        Set<String> required = matcher.results()
                .map(result -> result.group(1))
                .filter(folderOfModule::containsKey)
                .map(folderOfModule::get)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(required).isEqualTo(row.needs());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void moduleDoesNotNeedItselfThroughOthers(Row row) {
        assertThat(ModuleTable.reach(row)).doesNotContain(row.folder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform-arm", "platform-x86", "runtime", "selection", "firmware"})
    void neitherPlatformNorRuntimeReachesWhatIsFoundAtRunTime(String folder) {
        assertThat(ModuleTable.reach(ModuleTable.row(folder)))
                .noneMatch(f -> f.startsWith("backend-") || f.startsWith("machine-") || f.startsWith("platform-"));
    }
}
