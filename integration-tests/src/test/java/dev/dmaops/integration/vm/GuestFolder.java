package dev.dmaops.integration.vm;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Puts together what becomes {@code /app} in the guest: the project's classes, what they need, scripts, the class path. */
final class GuestFolder {
    private static final Pattern PROJECT = Pattern.compile(
            ".*/(?:dmaops-)?(?:api|firmware|selection|backend-[a-z-]+|platform-[a-z0-9]+|machine-[a-z]+|runtime|conformance|trace|cli"
                    + "|example-edu|example-nvme|edu|nvme)(?:-[0-9][^/]*\\.jar|/target/classes/?)");
    private static final Pattern LIBRARY = Pattern.compile(
            ".*/(?:guice|guava|failureaccess|config|slf4j-api|jakarta\\.inject-api|aopalliance|xz|jspecify"
                    + "|picocli|jackson-core|progressbar)-[0-9][^/]*\\.jar");

    private GuestFolder() {}

    /** Fills an empty folder. */
    static void fill(Path folder, Path scripts) throws IOException {
        try (Stream<Path> files = Files.list(scripts)) {
            for (Path script : files.toList()) {
                Files.copy(script, folder.resolve(String.valueOf(script.getFileName())));
            }
        }
        List<String> names = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (entry.endsWith("/test-classes") || entry.endsWith("/test-classes/")) {
                String guest = Guest.class.getPackageName().replace('.', '/');
                if (Files.isDirectory(path.resolve(guest))) {
                    copy(path.resolve(guest), folder.resolve("guest").resolve(guest));
                    names.add("/app/guest");
                }
            } else if (PROJECT.matcher(entry).matches()
                    || LIBRARY.matcher(entry).matches()) {
                String name = names.size() + (Files.isDirectory(path) ? "" : ".jar");
                copy(path, folder.resolve(name));
                names.add("/app/" + name);
            }
        }
        Files.writeString(folder.resolve("classpath"), String.join(":", names));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, from.equals(file) ? to : target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
