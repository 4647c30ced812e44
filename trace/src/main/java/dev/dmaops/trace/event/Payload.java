package dev.dmaops.trace.event;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDirection;

/**
 * The text of one event: the device, then {@code name=value} in any order. Single numbers are hexadecimal but for lengths; lists
 * stand in braces. Fields that are not known here are passed over.
 */
final class Payload {
    static final int DMA = 1;
    static final int SIZE = 1 << 1;
    static final int PHYSICAL = 1 << 2;
    static final int DIRECTION = 1 << 3;
    static final int DMAS = 1 << 4;
    static final int SIZES = 1 << 5;
    static final int PHYSICALS = 1 << 6;

    private static final String[] NAMES = {"dma_addr", "size", "phys_addr", "dir", "dma_addrs", "sizes", "phys_addrs"};

    private static final byte[] DEV_NAME = Bytes.of("dev_name: ");
    private static final byte[] DEV_ADDR_FIELD = Bytes.of("dev_addr");
    private static final byte[][] FIELDS = {
        Bytes.of(NAMES[0]),
        Bytes.of(NAMES[1]),
        Bytes.of(NAMES[2]),
        Bytes.of(NAMES[3]),
        Bytes.of(NAMES[4]),
        Bytes.of(NAMES[5]),
        Bytes.of(NAMES[6])
    };
    private static final byte[] ENTRIES = Bytes.of("nents");
    private static final byte[] TO_DEVICE = Bytes.of("TO_DEVICE");
    private static final byte[] FROM_DEVICE = Bytes.of("FROM_DEVICE");
    private static final byte[] BIDIRECTIONAL = Bytes.of("BIDIRECTIONAL");

    /** Shortest text that a number of more than 64 bits has, in hexadecimal. */
    private static final int TOO_MANY_HEX_DIGITS = 17;

    private static final int TOO_MANY_DIGITS = 19;

    /** Fills in the device and the fields; an error when one of those needed is missing. */
    void read(TraceLines lines, int from, int to, int needed, TraceEvent event, DeviceNames devices) {
        byte[] bytes = lines.bytes();
        int start = Bytes.at(bytes, from, to, DEV_NAME) ? from + DEV_NAME.length : from;
        int at = firstField(bytes, start, to);
        if (at <= start) {
            throw wrong(lines, "a device and its fields", lines.quote(from, to));
        }
        event.device = devices.number(bytes, start, at - 1);
        event.entries = 0;
        int seen = 0;
        while (at < to) {
            int word = Bytes.skipBlanks(bytes, at, to);
            at = Bytes.wordEnd(bytes, word, to);
            int equals = word;
            while (equals < at && bytes[equals] != '=') {
                equals++;
            }
            if (equals < at) {
                seen |= field(lines, word, equals, at, event);
            }
        }
        if ((seen & needed) != needed) {
            String missing = NAMES[Integer.numberOfTrailingZeros(needed & ~seen)];
            throw wrong(lines, "a field " + missing, lines.quote(from, to));
        }
        if ((needed & (SIZE | PHYSICALS)) == SIZE && event.bytes < 1) {
            throw wrong(lines, "a size of at least 1 byte", "0");
        }
        if ((needed & DMAS) != 0
                && (event.dmas.size() != event.sizes.size() || event.dmas.size() > event.physicals.size())) {
            throw wrong(
                    lines,
                    "as many sizes as DMA addresses and no fewer physical addresses",
                    event.sizes.size() + " sizes, " + event.dmas.size() + " DMA addresses, " + event.physicals.size()
                            + " physical addresses");
        }
        event.entries = Math.max(event.entries, event.physicals.size());
    }

    /** Where the first word with an equals sign begins: a device's name may hold blanks. */
    private static int firstField(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '=') {
                int word = i;
                while (word > from && bytes[word - 1] != ' ') {
                    word--;
                }
                return word;
            }
        }
        return -1;
    }

    /** Takes one field; returns its bit, or 0 when it is not known here. */
    private int field(TraceLines lines, int from, int equals, int to, TraceEvent event) {
        byte[] bytes = lines.bytes();
        int value = equals + 1;
        if (Bytes.is(bytes, from, equals, DEV_ADDR_FIELD) || Bytes.is(bytes, from, equals, FIELDS[0])) {
            event.dma = hex(lines, value, to, false);
            return DMA;
        }
        if (Bytes.is(bytes, from, equals, FIELDS[1])) {
            event.bytes = decimal(lines, value, to);
            return SIZE;
        }
        if (Bytes.is(bytes, from, equals, FIELDS[2])) {
            event.physical = hex(lines, value, to, false);
            return PHYSICAL;
        }
        if (Bytes.is(bytes, from, equals, FIELDS[3])) {
            event.direction = direction(lines, value, to);
            return DIRECTION;
        }
        if (Bytes.is(bytes, from, equals, FIELDS[4])) {
            return list(lines, value, to, event.dmas, DMAS);
        }
        if (Bytes.is(bytes, from, equals, FIELDS[5])) {
            return list(lines, value, to, event.sizes, SIZES);
        }
        if (Bytes.is(bytes, from, equals, FIELDS[6])) {
            return list(lines, value, to, event.physicals, PHYSICALS);
        }
        if (Bytes.is(bytes, from, equals, ENTRIES)) {
            int slash = value;
            while (slash < to && bytes[slash] != '/') {
                slash++;
            }
            event.entries = slash < to ? (int) decimal(lines, slash + 1, to) : 0;
        }
        return 0;
    }

    private int list(TraceLines lines, int from, int to, LongList into, int bit) {
        byte[] bytes = lines.bytes();
        into.clear();
        if (to - from < 2 || bytes[from] != '{' || bytes[to - 1] != '}') {
            throw wrong(lines, "a list in braces", lines.quote(from, to));
        }
        int start = from + 1;
        while (start < to - 1) {
            int end = start;
            while (end < to - 1 && bytes[end] != ',') {
                end++;
            }
            into.add(hex(lines, start, end, true));
            start = end + 1;
        }
        return bit;
    }

    private static long hex(TraceLines lines, int from, int to, boolean prefixed) {
        byte[] bytes = lines.bytes();
        boolean hasPrefix = to - from > 2 && bytes[from] == '0' && bytes[from + 1] == 'x';
        int first = hasPrefix ? from + 2 : from;
        long value = 0;
        boolean good = first < to && to - first < TOO_MANY_HEX_DIGITS;
        for (int i = first; i < to && good; i++) {
            int digit = Bytes.hexDigit(bytes[i]);
            good = digit >= 0;
            value = (value << 4) | (digit & 0xf);
        }
        if (!good) {
            throw wrong(lines, "a hexadecimal number" + (prefixed ? " in a list" : ""), lines.quote(from, to));
        }
        return value;
    }

    private static long decimal(TraceLines lines, int from, int to) {
        byte[] bytes = lines.bytes();
        long value = 0;
        boolean good = from < to && to - from < TOO_MANY_DIGITS;
        for (int i = from; i < to && good; i++) {
            good = Bytes.isDigit(bytes[i]);
            value = 10 * value + bytes[i] - '0';
        }
        if (!good) {
            throw wrong(lines, "a decimal number", lines.quote(from, to));
        }
        return value;
    }

    private static DmaDirection direction(TraceLines lines, int from, int to) {
        byte[] bytes = lines.bytes();
        if (Bytes.is(bytes, from, to, TO_DEVICE)) {
            return DmaDirection.TO_DEVICE;
        }
        if (Bytes.is(bytes, from, to, FROM_DEVICE)) {
            return DmaDirection.FROM_DEVICE;
        }
        if (Bytes.is(bytes, from, to, BIDIRECTIONAL)) {
            return DmaDirection.BIDIRECTIONAL;
        }
        throw wrong(lines, "TO_DEVICE, FROM_DEVICE or BIDIRECTIONAL", lines.quote(from, to));
    }

    private static DmaConfigurationException wrong(TraceLines lines, String expected, String found) {
        return lines.file().wrongLine(lines.number(), "cannot read the event", expected, found);
    }
}
