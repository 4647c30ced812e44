package dev.dmaops.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the slot allocator in C needs for a pair of map and unmap, in nanoseconds, by {@code PERCENT RUN}, and by two threads. The script builds it and
 * replays the kernel's recordings before it times anything; it fails when a slot or counter differs.
 */
final class NativeTimes {
    private final Map<String, Double> times = new HashMap<>();

    /** Runs the script and keeps the better of what it says and what it said before. */
    void run(Path script) {
        try {
            Process process = new ProcessBuilder("sh", script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        script + " ended with " + process.exitValue() + ": its message is above");
            }
            text.lines()
                    .skip(1)
                    .map(line -> line.split(" ", -1))
                    .forEach(words -> times.merge(words[0] + " " + words[1], Double.valueOf(words[2]), Math::min));
        } catch (IOException failure) {
            throw new IllegalStateException("cannot run " + script, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + script + " ran", interrupted);
        }
    }

    /** A pair of map and unmap. */
    double nanos(String percent, String run) {
        return time(percent + " " + run);
    }

    /** How much more two threads do than one. */
    double timesOneThread(int areas) {
        return 2 * time("threads-1 " + areas) / time("threads-2 " + areas);
    }

    private double time(String key) {
        Double found = times.get(key);
        if (found == null) {
            throw new IllegalStateException("the C program did not time " + key + ", but " + times.keySet());
        }
        return found;
    }
}
