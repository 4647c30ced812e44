/**
 * The {@code dmaops} command: one class per subcommand, listed in {@link dev.dmaops.cli.DmaopsCommand}.
 *
 * <p>Results go to standard output, progress and errors to standard error. What a run ends with is one of
 * {@link dev.dmaops.cli.ExitCode}.
 */
@NullMarked
package dev.dmaops.cli;

import org.jspecify.annotations.NullMarked;
