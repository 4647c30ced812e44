package dev.dmaops.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClassFileUpgradeTest {
    private static Path picocli() throws Exception {
        return Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static int version(Path jar, String entry) throws IOException {
        try (JarFile file = new JarFile(jar.toFile());
                InputStream in = file.getInputStream(file.getJarEntry(entry))) {
            return ClassFile.of().parse(in.readAllBytes()).majorVersion();
        }
    }

    @Test
    void upgradedClassesVerifyAndRun(@TempDir Path folder) throws Exception {
        Path jar = Files.copy(picocli(), folder.resolve("picocli.jar"));
        String entry = "picocli/CommandLine.class";
        assertThat(version(jar, entry)).as("before").isLessThan(ClassFile.JAVA_6_VERSION);

        assertThat(ClassFileUpgrade.upgrade(jar)).isTrue();

        assertThat(version(jar, entry)).as("after").isEqualTo(ClassFile.JAVA_8_VERSION);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
                JarFile file = new JarFile(jar.toFile())) {
            // Initializing a class verifies all its methods; each class of the jar that loads here must pass.
            for (var name : file.stream()
                    .map(e -> e.getName())
                    .filter(n -> n.startsWith("picocli/CommandLine"))
                    .toList()) {
                Class.forName(name.replace('/', '.').substring(0, name.length() - ".class".length()), true, loader);
            }
        }
        assertThat(ClassFileUpgrade.upgrade(jar)).as("a second time").isFalse();
    }

    @Test
    void modernJarIsLeftAlone(@TempDir Path folder) throws Exception {
        File own = new File(org.assertj.core.api.Assertions.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path jar = Files.copy(own.toPath(), folder.resolve("assertj.jar"));
        byte[] before = Files.readAllBytes(jar);
        assertThat(ClassFileUpgrade.upgrade(jar)).isFalse();
        assertThat(Files.readAllBytes(jar)).isEqualTo(before);
        assertThat(folder.resolve("assertj.jar.upgraded")).doesNotExist();
    }
}
