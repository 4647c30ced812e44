package dev.dmaops.cli.scene;

import java.nio.file.Path;

/**
 * A configuration to be played.
 *
 * @param name how reports call it
 * @param title what it shows, in a few words
 * @param configuration the file
 */
public record Scene(String name, String title, Path configuration) {
    /** A scene of the user's own. */
    public static Scene of(Path configuration) {
        String file = String.valueOf(configuration.getFileName());
        return new Scene(file.replaceFirst("\\.conf$", ""), file, configuration);
    }
}
