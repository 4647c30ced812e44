package dev.dmaops.cli;

import dev.dmaops.cli.host.HostJson;
import dev.dmaops.cli.host.HostReport;
import dev.dmaops.cli.host.HostText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmaops host}: this Linux machine. */
@Command(
        name = "host",
        description = {
            "Shows this Linux machine: devices, IOMMU groups and their types, masks, the bounce pool, which backend each device"
                    + " gets and why, and what stands in the way of DMA from user space, with a cure. Only reads; needs no root."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  dmaops host --json"})
@SuppressWarnings("NullAway.Init") // set by picocli
final class HostCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--root", paramLabel = "DIR", description = "Reads a captured tree instead of this machine.")
    private Path root = Path.of("/");

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (!Files.isDirectory(root)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--root: expected a folder with sys and proc in it, found "
                            + (Files.exists(root) ? "no folder" : "nothing") + " at " + root + ".");
        }
        if (!Files.isDirectory(root.resolve("proc")) && !Files.isDirectory(root.resolve("sys"))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--root: expected a folder with sys and proc in it, found neither in " + root
                            + ". Give the folder that stands for / in the captured tree.");
        }
        HostReport report = HostReport.of(root);
        spec.commandLine().getOut().print(json ? HostJson.of(report) : HostText.of(report));
        spec.commandLine().getOut().flush();
        return ExitCode.FINE.number();
    }
}
