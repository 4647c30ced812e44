package dev.dmaops.cli;

import dev.dmaops.api.DmaException;
import dev.dmaops.firmware.FirmwareException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one clear message on standard error and an {@link ExitCode}. */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + problem.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
            command.usage(err);
        }
        return ExitCode.WRONG_INPUT.number();
    }

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        return switch (problem) {
            case DmaException wrong -> wrongInput(err, name, wrong);
            case FirmwareException wrong -> wrongInput(err, name, wrong);
            default -> {
                err.println(name + ": internal error, please report it with the lines below");
                problem.printStackTrace(err);
                yield ExitCode.INTERNAL_ERROR.number();
            }
        };
    }

    private static int wrongInput(PrintWriter err, String name, Exception problem) {
        err.println(name + ": " + problem.getMessage());
        return ExitCode.WRONG_INPUT.number();
    }
}
