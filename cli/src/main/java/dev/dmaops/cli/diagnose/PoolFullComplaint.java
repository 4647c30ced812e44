package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.Optional;

/** A device that found no room in a bounce pool, for reasons of one {@link Room}. */
final class PoolFullComplaint extends Complaint {
    private final Room room;
    private final Optional<PoolHistory> pool;
    private final long total;
    private long leastBytes = Long.MAX_VALUE;
    private long mostBytes;
    private long leastUsed = Long.MAX_VALUE;
    private long mostUsed;
    private long runForSure;
    private long runExpected;
    private double tellingPlaces = -1;

    PoolFullComplaint(Boot boot, LogDevice device, LogEntry first, LogLine.PoolFull line) {
        super(boot, device, first);
        room = Room.of(line);
        total = line.total().orElse(0);
        pool = line.total().isPresent() ? Optional.of(boot.pool(total)) : Optional.empty();
    }

    @Override
    void taken(LogEntry entry) {
        LogLine.PoolFull line = (LogLine.PoolFull) entry.line();
        leastBytes = Math.min(leastBytes, line.bytes());
        mostBytes = Math.max(mostBytes, line.bytes());
        if (line.used().isPresent()) {
            leastUsed = Math.min(leastUsed, line.used().getAsLong());
            mostUsed = Math.max(mostUsed, line.used().getAsLong());
            runForSure += line.used().getAsLong() < Slots.fewestThatBlock(total, line.bytes()) ? 1 : 0;
            runExpected += places(line) >= Room.PLACES_THAT_SAY_SOMETHING ? 1 : 0;
            tellingPlaces = Math.max(tellingPlaces, places(line));
        }
    }

    /** Of lines that leave room, the one in whose pool most of it is expected. */
    @Override
    boolean isMoreTelling(LogEntry entry) {
        return room == Room.ENOUGH && places((LogLine.PoolFull) entry.line()) > tellingPlaces;
    }

    private static double places(LogLine.PoolFull line) {
        return line.used().isPresent()
                ? Slots.expectedPlaces(line.total().orElse(0), line.used().getAsLong(), line.bytes())
                : 0;
    }

    @Override
    Advice advice() {
        return switch (room) {
            case BEYOND_LIMIT -> TooLargeAdvice.of(this);
            case PRESSED -> PressureAdvice.of(this, pool.orElseThrow());
            case ENOUGH -> EnoughRoomAdvice.of(this, pool.orElseThrow());
            case UNKNOWN -> EnoughRoomAdvice.withoutCounters(this);
        };
    }

    long total() {
        return total;
    }

    boolean hasCounters() {
        return pool.isPresent();
    }

    long leastBytes() {
        return leastBytes;
    }

    long mostBytes() {
        return mostBytes;
    }

    long leastUsed() {
        return leastUsed;
    }

    long mostUsed() {
        return mostUsed;
    }

    /** Lines at which a run was free for sure. */
    long runForSure() {
        return runForSure;
    }

    /** Lines at which a free run is to be expected. */
    long runExpected() {
        return runExpected;
    }

    LogLine.PoolFull tellingLine() {
        return (LogLine.PoolFull) telling().line();
    }

    /** {@code 4 to 6 of 32768 slots}. */
    String usedText() {
        return Texts.range(leastUsed, mostUsed) + " of " + total + " slots";
    }
}
