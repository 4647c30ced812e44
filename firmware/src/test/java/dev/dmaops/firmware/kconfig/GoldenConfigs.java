package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.Golden;
import java.nio.file.Path;
import java.util.List;

/** The real kernel configurations: other people's files, and therefore not in this repository. */
final class GoldenConfigs {
    private static final String FOLDER = "configs";

    private GoldenConfigs() {}

    /** {@return every real configuration; the calling test is skipped if there are none} */
    static List<Path> all() {
        Path folder = Golden.path(FOLDER);
        return Golden.names(FOLDER, ".xz").stream().map(folder::resolve).toList();
    }

    /** {@return one real configuration; the calling test is skipped if there are none} */
    static Path named(String name) {
        return Golden.path(FOLDER).resolve(name);
    }
}
