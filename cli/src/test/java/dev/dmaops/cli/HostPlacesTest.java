package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code host} shows at places that nobody captured, as their owner without root sees them; trees written by hand. */
final class HostPlacesTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "container", "guest"})
    void everyPlaceShowsItsDevicesAndWhatStandsInTheWay(String place) throws IOException {
        plant(text(place + ".tree"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int status =
                Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "host", "--root", root.toString());

        assertThat(status).as(err.toString()).isZero();
        String shown = out.toString().replace(root.toString(), "ROOT");
        assertThat(shown.substring(0, shown.indexOf("\nFor all devices"))).isEqualTo(text(place + ".txt"));
    }

    /** Files and links of a tree: kind, name, and after a blank the text or the target; a line of file only. */
    private void plant(String tree) throws IOException {
        for (String line : tree.lines().filter(l -> !l.startsWith("#")).toList()) {
            String[] words = line.split(" ", 3);
            Path at = root.resolve(words[1].substring(1));
            Files.createDirectories(Objects.requireNonNull(at.getParent()));
            if (words[0].equals("L")) {
                Files.createSymbolicLink(at, Path.of(words[2]));
            } else {
                Files.writeString(at, words[2] + "\n");
            }
        }
    }

    private static String text(String name) throws IOException {
        try (InputStream in = HostPlacesTest.class.getResourceAsStream("/host/places/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
