package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;

/** The same complaint about the same device in one boot, as often as the log has it. */
abstract class Complaint {
    private final Boot boot;
    private final LogDevice device;
    private final LogEntry first;
    private LogEntry last;
    private LogEntry telling;
    private long count;
    private long suppressed;

    Complaint(Boot boot, LogDevice device, LogEntry first) {
        this.boot = boot;
        this.device = device;
        this.first = first;
        this.last = first;
        this.telling = first;
    }

    /** Takes one more line. */
    final void add(LogEntry entry) {
        count++;
        last = entry;
        if (count == 1 || isMoreTelling(entry)) {
            telling = entry;
        }
        taken(entry);
    }

    /** The kernel says that it left out lines like the last one. */
    final void addSuppressed(long lines) {
        suppressed += lines;
    }

    /** Whether a later line says more than {@link #telling()}. */
    boolean isMoreTelling(LogEntry entry) {
        return false;
    }

    /** Remembers what the line says. */
    void taken(LogEntry entry) {}

    /** What it means, when the whole log is read. */
    abstract Advice advice();

    final Boot boot() {
        return boot;
    }

    final LogDevice device() {
        return device;
    }

    final LogEntry first() {
        return first;
    }

    final LogEntry last() {
        return last;
    }

    final LogEntry telling() {
        return telling;
    }

    final long count() {
        return count;
    }

    final long suppressed() {
        return suppressed;
    }
}
