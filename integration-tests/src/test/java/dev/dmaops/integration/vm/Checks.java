package dev.dmaops.integration.vm;

/** Runs checks inside the virtual machine and prints a line for each, which the test outside reads from the serial console. */
final class Checks {
    private final String prefix;
    private int passed;
    private int failed;

    Checks(String prefix) {
        this.prefix = prefix;
    }

    /** One check: passes when nothing is thrown. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    void check(String name, Check check) {
        try {
            check.run();
            passed++;
            System.out.println("PASS " + prefix + ": " + name);
        } catch (Exception | AssertionError e) {
            failed++;
            System.out.println("FAIL " + prefix + ": " + name + ": " + e);
            e.printStackTrace(System.out);
        }
    }

    static void equal(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError("expected " + expected + ", found " + actual);
        }
    }

    static void yes(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("expected " + what);
        }
    }

    int failed() {
        return failed;
    }

    /** Ends a stage with a line that the test outside looks for. */
    void done() {
        System.out.println("DONE " + prefix + " passed=" + passed + " failed=" + failed);
    }
}
