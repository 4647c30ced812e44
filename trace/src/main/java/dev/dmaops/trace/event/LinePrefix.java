package dev.dmaops.trace.event;

/**
 * What stands in front of every event: {@code comm-pid [cpu] flags seconds: event: }. The name of a thread may hold blanks and
 * dashes; the thread group in parentheses and the flags are options of the tracer.
 */
final class LinePrefix {
    private static final long NANOS = 1_000_000_000L;
    private static final int FRACTION_DIGITS = 9;

    /** Position of the irq letter among the flags: irqs-off, need-resched, hardirq/softirq. */
    private static final int LEVEL_FLAG = 2;

    private int nameFrom;
    private int nameTo;
    private int payload;

    /** Fills in processor, thread, level and time; false when the line is no event. */
    boolean read(byte[] bytes, int from, int to, TraceEvent event) {
        int bracket = cpuBracket(bytes, from, to, event);
        if (bracket < 0) {
            return false;
        }
        event.pid = pid(bytes, from, bracket);
        int word = Bytes.skipBlanks(bytes, skipCpu(bytes, bracket), to);
        event.level = 0;
        int end = Bytes.wordEnd(bytes, word, to);
        if (end > word && bytes[end - 1] != ':') {
            event.level = end - word > LEVEL_FLAG ? level(bytes[word + LEVEL_FLAG]) : 0;
            word = Bytes.skipBlanks(bytes, end, to);
            end = Bytes.wordEnd(bytes, word, to);
        }
        return time(bytes, word, end, event) && name(bytes, end, to);
    }

    int nameFrom() {
        return nameFrom;
    }

    int nameTo() {
        return nameTo;
    }

    /** Where the event's own text begins. */
    int payload() {
        return payload;
    }

    private static int cpuBracket(byte[] bytes, int from, int to, TraceEvent event) {
        for (int i = from + 1; i < to; i++) {
            if (bytes[i] == '[' && bytes[i - 1] == ' ') {
                int cpu = 0;
                int digit = i + 1;
                while (digit < to && Bytes.isDigit(bytes[digit]) && digit - i < FRACTION_DIGITS) {
                    cpu = 10 * cpu + bytes[digit++] - '0';
                }
                if (digit > i + 1 && digit < to && bytes[digit] == ']') {
                    event.cpu = cpu;
                    return i;
                }
            }
        }
        return -1;
    }

    private static int skipCpu(byte[] bytes, int bracket) {
        int i = bracket;
        while (bytes[i] != ']') {
            i++;
        }
        return i + 1;
    }

    private static int pid(byte[] bytes, int from, int bracket) {
        int end = bracket;
        while (end > from && bytes[end - 1] == ' ') {
            end--;
        }
        if (end > from && bytes[end - 1] == ')') {
            while (end > from && bytes[end - 1] != '(') {
                end--;
            }
            end--;
            while (end > from && bytes[end - 1] == ' ') {
                end--;
            }
        }
        int pid = 0;
        int scale = 1;
        for (int i = end - 1; i >= from && Bytes.isDigit(bytes[i]) && scale < NANOS; i--) {
            pid += scale * (bytes[i] - '0');
            scale *= 10;
        }
        return pid;
    }

    /** Soft interrupts and hard ones, also those that hit a soft one; the rest is a thread's own work. */
    private static char level(byte flag) {
        return switch (flag) {
            case 's' -> 's';
            case 'h', 'H' -> 'h';
            case 'z', 'Z' -> 'z';
            default -> '.';
        };
    }

    private static boolean time(byte[] bytes, int from, int end, TraceEvent event) {
        int to = end - 1;
        if (to <= from || bytes[to] != ':') {
            return false;
        }
        long whole = 0;
        int i = from;
        while (i < to && Bytes.isDigit(bytes[i])) {
            whole = 10 * whole + bytes[i++] - '0';
        }
        if (i == to) {
            // A clock that counts: its unit is taken for a nanosecond.
            event.nanos = whole;
            return true;
        }
        if (bytes[i++] != '.') {
            return false;
        }
        long fraction = 0;
        int digits = 0;
        for (; i < to && Bytes.isDigit(bytes[i]); i++) {
            if (digits < FRACTION_DIGITS) {
                fraction = 10 * fraction + bytes[i] - '0';
                digits++;
            }
        }
        for (; digits < FRACTION_DIGITS; digits++) {
            fraction *= 10;
        }
        event.nanos = whole * NANOS + fraction;
        return i == to;
    }

    private boolean name(byte[] bytes, int from, int to) {
        nameFrom = Bytes.skipBlanks(bytes, from, to);
        nameTo = nameFrom;
        while (nameTo < to && bytes[nameTo] != ':' && bytes[nameTo] != ' ') {
            nameTo++;
        }
        payload = Bytes.skipBlanks(bytes, Math.min(to, nameTo + 1), to);
        return nameTo < to && bytes[nameTo] == ':' && nameTo > nameFrom;
    }
}
