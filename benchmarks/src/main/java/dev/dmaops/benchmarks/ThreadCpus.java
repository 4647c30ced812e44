package dev.dmaops.benchmarks;

import dev.dmaops.spi.Cpus;
import java.util.concurrent.atomic.AtomicInteger;

/** Each thread is a processor of its own. */
final class ThreadCpus implements Cpus {
    private final AtomicInteger next = new AtomicInteger();
    private final ThreadLocal<Integer> number = ThreadLocal.withInitial(next::getAndIncrement);

    @Override
    public int current() {
        return number.get();
    }

    @Override
    public int possible() {
        return 64;
    }

    @Override
    public int online() {
        return 64;
    }
}
