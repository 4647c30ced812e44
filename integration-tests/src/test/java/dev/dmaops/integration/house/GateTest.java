package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

/** Fails when a gate is taken out of the parent, or a module opts out of one. */
class GateTest {
    /** Plugins that are gates: a module takes them as they are. */
    private static final Set<String> GATE_PLUGINS =
            Set.of("maven-enforcer-plugin", "maven-toolchains-plugin", "jacoco-maven-plugin", "spotless-maven-plugin");

    /** Elements that change how the gates run, wherever in a module's pom they stand. */
    private static final Set<String> GATE_SETTINGS = Set.of(
            "compilerArgument",
            "annotationProcessorPaths",
            "proc",
            "failOnWarning",
            "release",
            "testFailureIgnore",
            "failIfNoTests",
            "excludes",
            "excludedGroups");

    /** Properties of the parent that a module may set itself. */
    private static final Set<String> FREE_PROPERTIES =
            Set.of("dmaops.nativeAccess", "dmaops.testOptions", "maven.deploy.skip");

    static List<String> modules() {
        return PomFile.of(".").texts("modules", "module");
    }

    @ParameterizedTest
    @MethodSource
    void parentHoldsGate(String gate) {
        assertThat(Repository.read(Repository.ROOT.resolve("pom.xml"))).contains(gate);
    }

    static List<String> parentHoldsGate() {
        return List.of(
                "<arg>-Xlint:all,-processing,-path,-requires-automatic,-requires-transitive-automatic,-exports,-module</arg>",
                "<arg>-Werror</arg>",
                "-Xplugin:ErrorProne",
                "-Xep:NullAway:ERROR",
                "-XepOpt:NullAway:OnlyNullMarked=true",
                "-XepOpt:NullAway:JSpecifyMode=true",
                "<arg>-Xdoclint:all/private,-missing</arg>",
                "<goal>select-jdk-toolchain</goal>",
                "<version>[25,)</version>",
                "<dependencyConvergence/>",
                "<reactorModuleConvergence/>",
                "<requireMavenVersion>",
                "<project.build.outputTimestamp>",
                "<goal>prepare-agent</goal>",
                "<id>format-check</id>",
                "-XX:-EnableDynamicAgentLoading");
    }

    @Test
    void everyFolderWithAPomIsAModule() {
        assertThat(modules()).containsExactlyInAnyOrderElementsOf(Repository.foldersWithPom());
    }

    @Test
    void everyModuleIsOnThePageOfModules() {
        assertThat(modules()).containsExactlyElementsOf(ModuleTable.folders());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleHasOurParent(String module) {
        PomFile pom = PomFile.of(module);
        assertThat(pom.texts("parent", "artifactId")).containsExactly("dmaops-parent");
        boolean example = module.startsWith("examples/");
        assertThat(pom.texts("parent", "relativePath")).isEqualTo(example ? List.of("../../pom.xml") : List.of());
        assertThat(pom.texts("artifactId")).containsExactly("dmaops-" + module.replace("examples/", "example-"));
        assertThat(pom.texts("version")).as("takes the parent's version").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleDoesNotTouchGates(String module) {
        PomFile pom = PomFile.of(module);
        for (Element element : pom.elements()) {
            String name = element.getTagName();
            String text = element.getTextContent().strip();
            assertThat(GATE_SETTINGS).as("%s sets <%s>", pom.path(), name).doesNotContain(name);
            assertThat(name.equals("artifactId") && GATE_PLUGINS.contains(text))
                    .as("%s configures %s", pom.path(), text)
                    .isFalse();
            assertThat(name.equals("phase") && text.equals("none"))
                    .as("%s switches an execution off", pom.path())
                    .isFalse();
            assertThat(name.toLowerCase(Locale.ROOT).contains("skip") && !FREE_PROPERTIES.contains(name))
                    .as("%s skips: <%s>", pom.path(), name)
                    .isFalse();
            assertThat(name)
                    .as("%s: options of test JVMs are the parent's", pom.path())
                    .isNotEqualTo("argLine");
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleSetsNoPropertyOfTheParent(String module) {
        Set<String> parent = Set.copyOf(propertyNames(PomFile.of(".")));
        assertThat(propertyNames(PomFile.of(module)))
                .filteredOn(name -> !FREE_PROPERTIES.contains(name))
                .doesNotContainAnyElementsOf(parent)
                .noneMatch(name -> name.startsWith("maven.compiler") || name.startsWith("maven.test"));
    }

    private static List<String> propertyNames(PomFile pom) {
        return pom.elements().stream()
                .filter(e -> e.getParentNode() instanceof Element parent
                        && parent.getTagName().equals("properties"))
                .map(Element::getTagName)
                .toList();
    }

    @Test
    void noOptionForAllRunsSkipsAnything() {
        assertThat(Repository.read(Repository.ROOT.resolve(".mvn/maven.config")))
                .doesNotContainIgnoringCase("skip");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleDeclaresItselfAndAllItsPackages(String module) {
        String name = ModuleTable.row(module).module();
        Path sources = Repository.ROOT.resolve(module).resolve("src/main/java");
        if (name.isEmpty()) {
            assertThat(sources).as("%s holds tests only", module).doesNotExist();
            return;
        }
        assertThat(Repository.read(sources.resolve("module-info.java"))).contains("module " + name + " {");
        Stream<Path> folders = Repository.javaFiles(module + "/src/main/java").stream()
                .filter(file -> !file.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct();
        for (Path folder : folders.toList()) {
            String packageName = sources.relativize(folder)
                    .toString()
                    .replace(folder.getFileSystem().getSeparator(), ".");
            assertThat(packageName)
                    .satisfiesAnyOf(
                            p -> assertThat(p + ".").startsWith(name + "."),
                            p -> assertThat(module + ":" + p).isEqualTo("api:dev.dmaops.spi"));
            assertThat(folder.resolve("package-info.java")).exists();
            assertThat(Repository.read(folder.resolve("package-info.java"))).contains("@NullMarked");
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void suppressedWarningsAreExplained(String module) {
        for (Path file : Repository.javaFiles(module + "/src/main")) {
            List<String> lines = Repository.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                // "unused" is padding that keeps hot fields apart; its name says so.
                if (line.strip().startsWith("@SuppressWarnings") && !line.contains("(\"unused\")")) {
                    String before = i == 0 ? "" : lines.get(i - 1).strip();
                    assertThat(line.contains("//") || before.startsWith("//"))
                            .as(
                                    "%s:%d suppresses a warning: say why, in a comment on the line or above it",
                                    file, i + 1)
                            .isTrue();
                }
            }
        }
    }
}
