package dev.dmaops.integration.command;

import dev.dmaops.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What came of a command.
 *
 * @param status its exit code
 * @param out standard output
 * @param err standard error
 */
record Command(int status, String out, String err) {
    static Command run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Command(status, out.toString(), err.toString());
    }

    /** Runs a command that finds its providers through another class loader. */
    static Command runWith(ClassLoader loader, String... arguments) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return run(arguments);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
