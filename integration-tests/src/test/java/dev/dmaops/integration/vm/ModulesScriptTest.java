package dev.dmaops.integration.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that builds the guest's modules, with stand-ins for the programs that fetch and unpack packages. */
@EnabledOnOs(OS.LINUX)
class ModulesScriptTest {
    private static final int STOPPED = 3;

    @TempDir
    private Path folder;

    @Test
    void packagesOfAnotherReleaseAreNotUnpacked() throws Exception {
        for (String program : new String[] {"gcc-12", "make", "strip"}) {
            program(program, "exit 1");
        }
        program("apt-cache", "echo Version: 2");
        // What is asked for is NAME=VERSION.
        program("apt-get", "shift; for name; do : >\"${name%=*}_${name#*=}_all.deb\"; done");
        program(
                "dpkg-deb",
                "echo \"$@\" >>" + folder.resolve("unpacked"),
                "case $2 in *linux-source*) exit " + STOPPED + " ;; esac",
                "mkdir -p \"$3/usr/src/linux-headers-6.12.2-amd64\"",
                "touch \"$3/usr/src/linux-headers-6.12.2-amd64/Makefile\"");
        Path packages = Files.createDirectories(folder.resolve("vm/module-packages"));
        Files.writeString(packages.resolve("linux-source-6.12_1_all.deb"), "");
        Files.writeString(packages.resolve("linux-headers-6.12.1-amd64_1_all.deb"), "");

        assertThat(modules()).as("status, from the stand-in that unpacks").isEqualTo(STOPPED);

        assertThat(Files.readString(folder.resolve("unpacked")))
                .doesNotContain("_1_all.deb")
                .contains("-x ./linux-source-6.12_2_all.deb " + folder.resolve("vm/modules/source"));
    }

    private int modules() throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("dmaops.root", "..")).resolve("integration-tests/vm/modules.sh");
        ProcessBuilder builder = new ProcessBuilder(script.toAbsolutePath().toString()).inheritIO();
        var environment = builder.environment();
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("VM_DIR", folder.resolve("vm").toString());
        environment.put("VM_KERNEL", "6.12.2-amd64");
        return builder.start().waitFor();
    }

    private void program(String name, String... lines) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
