package dev.dmaops.cli.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The scenes that come with the command: the folder {@code examples} of the sources, which the jar carries. A new one is a file
 * there and a line here.
 */
public final class Tour implements AutoCloseable {
    private static final String FOLDER = "/dev/dmaops/cli/examples/";

    private static final List<Entry> ENTRIES = List.of(
            new Entry("pc-2g", "a PC whose devices reach all of its memory"),
            new Entry("raspberry-pi-4", "a Raspberry Pi 4, whose devices reach 1 GiB, 3 GiB or everything"),
            new Entry("raspberry-pi-4-xen", "the same board as Xen dom0, which maps pages of other domains"),
            new Entry("pc-xen-pv", "a PC as Xen PV dom0, whose pages are machine frames in any order"),
            new Entry("pc-iommu", "a PC whose devices stand behind an IOMMU, one of them not trusted"));

    private final Path folder;
    private final @Nullable FileSystem jar;

    private record Entry(String name, String title) {}

    private Tour(Path folder, @Nullable FileSystem jar) {
        this.folder = folder;
        this.jar = jar;
    }

    /** Opens the folder, wherever the command was started from. */
    public static Tour open() {
        try {
            URL first = Objects.requireNonNull(
                    Tour.class.getResource(FOLDER + ENTRIES.getFirst().name() + ".conf"),
                    "examples are missing in the jar");
            URI uri = first.toURI();
            if (!uri.getScheme().equals("jar")) {
                return new Tour(Objects.requireNonNull(Path.of(uri).getParent()), null);
            }
            String file = uri.getSchemeSpecificPart();
            Path archive = Path.of(URI.create(file.substring(0, file.indexOf("!/"))));
            FileSystem jar = FileSystems.newFileSystem(archive, Map.of());
            return new Tour(jar.getPath(FOLDER), jar);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The scenes in their order. */
    public List<Scene> scenes() {
        return ENTRIES.stream()
                .map(entry -> new Scene(entry.name(), entry.title(), folder.resolve(entry.name() + ".conf")))
                .toList();
    }

    @Override
    public void close() {
        if (jar != null) {
            try {
                jar.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
