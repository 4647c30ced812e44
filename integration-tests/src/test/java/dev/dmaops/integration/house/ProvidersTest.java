package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider needs two declarations, {@code META-INF/services} for the class path and {@code provides} for the module path.
 * One Java process on each lists what it finds.
 */
class ProvidersTest {
    @TempDir
    private Path folder;

    @Test
    void classPathAndModulePathFindTheSameProviders() throws Exception {
        List<String> onClassPath = list("-cp", String.join(File.pathSeparator, classPath()));
        List<String> onModulePath = list(
                "--module-path",
                classPath().stream()
                        .filter(entry -> !entry.equals(testClasses()))
                        .collect(Collectors.joining(File.pathSeparator)),
                "--add-modules",
                ourModules().collect(Collectors.joining(",")),
                "-cp",
                testClasses());

        assertThat(onModulePath).isEqualTo(onClassPath);
    }

    @Test
    void everyModuleThatIsFoundAtRunTimeHasAProvider() throws Exception {
        String found = String.join("\n", list("-cp", String.join(File.pathSeparator, classPath())));
        for (ModuleTable.Row row : ModuleTable.rows()) {
            String service = service(row.folder());
            if (!service.isEmpty() && hasClasses(row.folder())) {
                assertThat(found)
                        .as("a %s in %s", service, row.folder())
                        .containsPattern("(?m)^" + service + " " + row.module().replace(".", "\\.") + "\\.");
            }
        }
    }

    private static String service(String folder) {
        if (folder.startsWith("backend-")) {
            return "DmaBackendProvider";
        }
        if (folder.startsWith("platform-")) {
            return "PlatformProvider";
        }
        if (folder.startsWith("machine-")) {
            return "MachineProvider";
        }
        return folder.equals("runtime") ? "PlatformAssembler" : "";
    }

    /** A module that holds its declaration only has nothing to provide yet. */
    private static boolean hasClasses(String folder) {
        return Repository.javaFiles(folder + "/src/main/java").stream()
                .anyMatch(file -> !file.getFileName().toString().contains("-info"));
    }

    private List<String> list(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(Arrays.asList(options));
        command.add(ListProviders.class.getName());
        File errors = folder.resolve("errors.txt").toFile();
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        assertThat(status)
                .as("%s%n%s", String.join(" ", command), Repository.read(errors.toPath()))
                .isZero();
        return out.lines().toList();
    }

    private static List<String> classPath() {
        return Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    /** The entry with this class; it stays on the class path in both runs. */
    private static String testClasses() {
        String suffix = Path.of("integration-tests", "target", "test-classes").toString();
        return classPath().stream()
                .filter(entry -> Path.of(entry).endsWith(suffix))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> ourModules() {
        return ModuleTable.rows().stream()
                .filter(row -> !row.folder().equals("benchmarks"))
                .map(ModuleTable.Row::module)
                .filter(module -> !module.isEmpty());
    }
}
