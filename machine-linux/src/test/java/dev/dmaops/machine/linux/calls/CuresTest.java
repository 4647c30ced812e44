package dev.dmaops.machine.linux.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CuresTest {
    private static final Pattern CALL = Pattern.compile("HostCall\\.(?:require|failed)\\((.*?)\\);", Pattern.DOTALL);

    @Test
    void everyCallThatCanFailSaysWhatToDoAboutIt() throws IOException {
        List<String> without = new ArrayList<>();
        int calls = 0;
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                Matcher matcher = CALL.matcher(Files.readString(source));
                while (matcher.find()) {
                    calls++;
                    if (matcher.group(1).stripTrailing().endsWith("\"\"")) {
                        without.add(source.getFileName() + ": " + matcher.group(1));
                    }
                }
            }
        }

        assertThat(calls).isGreaterThan(20);
        assertThat(without).isEmpty();
    }
}
