package dev.dmaops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The word {@code dmaops} itself: lists the subcommands. A new subcommand is added to {@code subcommands} here. */
@Command(
        name = "dmaops",
        description = "Chooses the right DMA backend for every device, says why, and moves real bytes through it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            ExplainCommand.class,
            ConformCommand.class,
            KconfigCommand.class,
            BackendsCommand.class,
            HostCommand.class,
            DiagnoseCommand.class,
            ReplayCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        footer = {"", "Example:", "  dmaops --version"})
final class DmaopsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given. Name one of those below.");
    }
}
