package dev.dmaops.cli.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the class files of old libraries in the launcher's own copy, so that the JDK's ahead-of-time cache takes them.
 *
 * <p>The cache leaves out classes of a format older than Java 6, and whatever refers to them. picocli is compiled for Java 5,
 * and its classes are most of what a start loads: with them in the cache a start costs a third less CPU time. Only the format
 * version and the stack maps that it asks for change; the instructions stay.
 */
public final class ClassFileUpgrade {
    /** Java 8: the stack maps are required, nothing else changed since Java 5 that a compiler's output could meet. */
    private static final int UPGRADED = ClassFile.JAVA_8_VERSION;

    private ClassFileUpgrade() {}

    /**
     * Upgrades every jar of a folder in place.
     *
     * @param arguments the folder
     */
    public static void main(String[] arguments) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
            for (Path jar : jars) {
                upgrade(jar);
            }
        }
    }

    /**
     * Upgrades one jar in place.
     *
     * @return whether it had an old class file; if not, the jar is left as it is
     */
    static boolean upgrade(Path path) throws IOException {
        Path upgraded = path.resolveSibling(path.getFileName() + ".upgraded");
        try (JarFile jar = new JarFile(path.toFile())) {
            if (!hasOldClass(jar)) {
                return false;
            }
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ConstantPoolSharingOption.NEW_POOL,
                    ClassFile.ClassHierarchyResolverOption.of(
                            ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type))
                                    .orElse(ClassHierarchyResolver.defaultResolver())
                                    .cached()));
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(upgraded))) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    byte[] content = read(jar, entry);
                    ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    out.putNextEntry(copy);
                    out.write(isOldClass(entry, content) ? upgrade(format, content) : content);
                }
            }
        }
        Files.move(upgraded, path, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private static byte[] upgrade(ClassFile format, byte[] content) {
        ClassModel model = format.parse(content);
        // Passing each instruction through makes the library build the code anew, stack maps included.
        ClassTransform rebuild = ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
        ClassTransform version = ClassTransform.endHandler(type -> type.withVersion(UPGRADED, 0));
        return format.transformClass(model, version.andThen(rebuild));
    }

    private static boolean hasOldClass(JarFile jar) throws IOException {
        for (JarEntry entry : Collections.list(jar.entries())) {
            if (isClass(entry) && isOldClass(entry, read(jar, entry))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOldClass(JarEntry entry, byte[] content) {
        // Bytes 6 and 7 are the major version, after the magic number and the minor version.
        return isClass(entry) && ((content[6] & 0xff) << 8 | (content[7] & 0xff)) < ClassFile.JAVA_6_VERSION;
    }

    private static boolean isClass(JarEntry entry) {
        return entry.getName().endsWith(".class");
    }

    private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    private static @Nullable InputStream open(JarFile jar, ClassDesc type) {
        String descriptor = type.descriptorString();
        JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
