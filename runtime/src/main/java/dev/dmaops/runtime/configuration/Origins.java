package dev.dmaops.runtime.configuration;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;

/** Puts the place of a value into words: {@code board.conf:12}. */
final class Origins {
    private Origins() {}

    static String text(ConfigOrigin origin) {
        String name = name(origin);
        return origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() : name;
    }

    private static String name(ConfigOrigin origin) {
        String file = origin.filename();
        if (file != null) {
            Path last = Path.of(file).getFileName();
            return last == null ? file : last.toString();
        }
        String description = origin.description();
        int line = description.indexOf(": ");
        return line < 0 ? description : description.substring(0, line);
    }
}
