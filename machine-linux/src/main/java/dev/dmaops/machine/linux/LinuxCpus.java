package dev.dmaops.machine.linux;

import dev.dmaops.spi.Cpus;

/** Processors of this host; which one a thread runs on is guessed from the thread, so that one thread keeps its caches. */
record LinuxCpus(int possible) implements Cpus {
    @Override
    public int current() {
        return (int) (Thread.currentThread().threadId() % possible);
    }

    @Override
    public int online() {
        return Math.min(possible, Runtime.getRuntime().availableProcessors());
    }
}
