package dev.dmaops.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** How far a command has read its files: a bar on standard error of a terminal, nothing in a pipe. Any thread may add. */
final class ByteProgress implements AutoCloseable {
    private final @Nullable ProgressBar bar;

    private ByteProgress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    static ByteProgress over(List<Path> files) {
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
            return new ByteProgress(null);
        }
        long total = files.stream().mapToLong(ByteProgress::size).sum();
        return new ByteProgress(new ProgressBarBuilder()
                .setInitialMax(total)
                .setUnit(" KiB", 1024)
                .clearDisplayOnFinish()
                .build());
    }

    /** A file that cannot be looked at counts nothing here; reading it will say what is wrong. */
    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException unknown) {
            return 0;
        }
    }

    void add(long bytes) {
        if (bar != null) {
            bar.stepBy(bytes);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
