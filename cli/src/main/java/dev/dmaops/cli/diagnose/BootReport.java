package dev.dmaops.cli.diagnose;

import java.util.List;
import java.util.Optional;

/**
 * What a log says about one boot. The components are the fields of {@code --json}.
 *
 * @param number counted from 1
 * @param firstLine its first line
 * @param lastLine its last line
 * @param kernel the release; empty if the log does not show the start
 * @param poolSlots slots of the default bounce pool, of 2048 bytes; empty if the log does not say
 * @param areas areas of the pool; empty if the log does not say
 * @param forced whether the command line makes everything bounce
 * @param noPool whether the command line forbids a pool
 * @param remarks words of the command line that do not do what they seem to ask for
 */
public record BootReport(
        int number,
        long firstLine,
        long lastLine,
        Optional<String> kernel,
        Optional<Long> poolSlots,
        Optional<Long> areas,
        boolean forced,
        boolean noPool,
        List<String> remarks) {}
