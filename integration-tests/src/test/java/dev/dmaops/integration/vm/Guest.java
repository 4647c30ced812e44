package dev.dmaops.integration.vm;

import dev.dmaops.api.DmaPlatform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What runs inside the virtual machine. The first argument says which checks. */
public final class Guest {
    static final String EDU = "0000:00:05.0";
    static final String NVME = "0000:00:06.0";

    private Guest() {}

    /**
     * Runs checks and ends with status 0 when all passed.
     *
     * @param arguments the checks, and for those after a kill the way on which the process was killed
     */
    public static void main(String[] arguments) throws Exception {
        String what = arguments[0];
        Checks checks = new Checks(what);
        switch (what) {
            case "vfio" -> GuestVfio.run(checks, GuestVfio.Way.CONTAINER);
            case "amd" -> GuestVfio.run(checks, GuestVfio.Way.AMD);
            case "iommufd" -> GuestVfio.run(checks, GuestVfio.Way.IOMMUFD);
            case "passthrough" -> GuestPassthrough.run(checks);
            case "physical" -> GuestPhysical.run(checks);
            case "noiommu" -> GuestNoIommu.run(checks);
            case "user" -> GuestUser.behindIommu(checks);
            case "plain" -> GuestUser.withoutIommu(checks);
            case "hang" -> GuestKill.hang(GuestKill.Way.valueOf(arguments[1]));
            case "again" -> GuestKill.again(checks, GuestKill.Way.valueOf(arguments[1]));
            default -> throw new IllegalArgumentException("no checks called " + what);
        }
        checks.done();
        System.exit(checks.failed() == 0 ? 0 : 1);
    }

    /**
     * Opens a platform of this machine, as a user would: from a file.
     *
     * @param more what stands after the common part
     */
    static DmaPlatform open(String more) throws IOException {
        String line = Files.readString(Path.of("/proc/cmdline")).strip().replace("\"", "");
        Path file = Files.createTempFile("guest", ".conf");
        Files.write(
                file,
                List.of(
                        "platform = x86",
                        "kernel { version = \"6.12\", cmdline = \"" + line + "\" }",
                        "machine { kind = linux, memory = 5GiB, cpus = 1 }",
                        more));
        return DmaPlatform.open(file);
    }

    /** Lines of the kernel's log. */
    static List<String> kernelLog() throws IOException {
        Process dmesg = new ProcessBuilder("dmesg").redirectErrorStream(true).start();
        try (var lines = dmesg.inputReader()) {
            return lines.lines().toList();
        }
    }

    /** Files that this process has open, as the kernel names them. */
    static List<String> openFiles() throws IOException {
        List<String> names = new ArrayList<>();
        try (var links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                try {
                    names.add(Files.readSymbolicLink(link).toString());
                } catch (IOException closed) {
                    // The descriptor of the folder itself.
                }
            }
        }
        return names;
    }

    static void write(String file, String value) throws IOException {
        Files.write(Path.of(file), value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }
}
