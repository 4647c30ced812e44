package dev.dmaops.trace.event;

import dev.dmaops.api.DmaConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from lines: those of Linux's trace systems {@code dma} and {@code swiotlb} (include/trace/events, 6.12 to 6.18).
 * Unknown events are passed over; a known one that cannot be read is an error, but for the last line of a trace that was cut short.
 */
public final class EventReader implements AutoCloseable {
    /** What a known event is, and the fields that it cannot do without. */
    private static final class Known {
        private final byte[] name;
        private final EventKind kind;
        private final int needed;

        Known(String name, EventKind kind, int needed) {
            this.name = Bytes.of(name);
            this.kind = kind;
            this.needed = needed;
        }
    }

    private static final List<Known> KNOWN = List.of(
            new Known("swiotlb_bounced", EventKind.BOUNCED, Payload.DMA | Payload.SIZE),
            new Known("dma_map_page", EventKind.MAP, Payload.DMA | Payload.SIZE | Payload.PHYSICAL | Payload.DIRECTION),
            new Known("dma_unmap_page", EventKind.UNMAP, Payload.DMA | Payload.SIZE | Payload.DIRECTION),
            new Known(
                    "dma_map_sg",
                    EventKind.MAP_LIST,
                    Payload.DMAS | Payload.SIZES | Payload.PHYSICALS | Payload.DIRECTION),
            new Known("dma_unmap_sg", EventKind.UNMAP_LIST, Payload.PHYSICALS | Payload.DIRECTION),
            new Known("dma_map_phys", EventKind.MAP, Payload.DMA | Payload.SIZE | Payload.PHYSICAL | Payload.DIRECTION),
            new Known("dma_unmap_phys", EventKind.UNMAP, Payload.DMA | Payload.SIZE | Payload.DIRECTION),
            new Known("dma_map_sg_err", EventKind.MAP_LIST_FAILED, 0));

    /** As many as a configuration may give a machine; a line that shows more is damaged. */
    public static final int MOST_PROCESSORS = 8192;

    private static final byte[] DMA_EVENT = Bytes.of("dma_");
    private static final byte[] LOST = Bytes.of("LOST");
    private static final byte[] EVENTS = Bytes.of("EVENTS]");
    private static final byte[] CPUS = Bytes.of("#P:");
    private static final byte[] TRACE_DAT = {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'};

    private final TraceLines lines;
    private final DeviceNames devices;
    private final LinePrefix prefix = new LinePrefix();
    private final Payload payload = new Payload();
    private final TraceEvent event = new TraceEvent();
    private final Map<String, int[]> passedOver = new LinkedHashMap<>();
    private long events;
    private int processors;
    private boolean cut;

    /** Reads a trace from its first line on. */
    public EventReader(TraceFile file, DeviceNames devices) {
        lines = file.lines();
        this.devices = devices;
    }

    /** The next event that matters here, or null at the end. Holds until the next call. */
    @Nullable
    TraceEvent next() {
        while (lines.next()) {
            event.line = lines.number();
            event.kind = kind();
            if (event.kind != EventKind.OTHER) {
                return event;
            }
        }
        return null;
    }

    /** Events read, of all kinds. */
    public long events() {
        return events;
    }

    /** Lines read. */
    public long lines() {
        return lines.number();
    }

    /** Processors that the head of the trace names, or that occur; at least 1. */
    public int processors() {
        return Math.max(1, processors);
    }

    /** Whether the last line was cut short. */
    public boolean isCut() {
        return cut;
    }

    /** Events of the {@code dma} system that are not known here, with their number. */
    public Map<String, Integer> unknownEvents() {
        Map<String, Integer> unknown = new LinkedHashMap<>();
        passedOver.forEach((name, count) -> unknown.put(name, count[0]));
        return unknown;
    }

    private EventKind kind() {
        byte[] bytes = lines.bytes();
        int from = lines.from();
        int to = lines.to() > from && bytes[lines.to() - 1] == '\r' ? lines.to() - 1 : lines.to();
        if (from == to) {
            return EventKind.OTHER;
        }
        if (bytes[from] == '#') {
            return header(bytes, from, to);
        }
        if (!prefix.read(bytes, from, to, event)) {
            return noEvent(bytes, from, to);
        }
        events++;
        if (event.cpu >= MOST_PROCESSORS) {
            throw lines.file()
                    .wrongLine(
                            lines.number(),
                            "cannot read the event",
                            "a processor from 0 to " + (MOST_PROCESSORS - 1),
                            String.valueOf(event.cpu));
        }
        processors = Math.max(processors, event.cpu + 1);
        for (Known known : KNOWN) {
            if (Bytes.is(bytes, prefix.nameFrom(), prefix.nameTo(), known.name)) {
                return fields(known, to);
            }
        }
        if (Bytes.at(bytes, prefix.nameFrom(), prefix.nameTo(), DMA_EVENT)) {
            return unplayed(new String(
                    bytes, prefix.nameFrom(), prefix.nameTo() - prefix.nameFrom(), StandardCharsets.US_ASCII));
        }
        return EventKind.OTHER;
    }

    /** Syncs, coherent memory and registers take no slots; what is new in later kernels is counted. */
    private EventKind unplayed(String name) {
        boolean understood = name.startsWith("dma_sync_")
                || name.startsWith("dma_alloc")
                || name.startsWith("dma_free")
                || name.equals("dma_map_resource")
                || name.equals("dma_unmap_resource");
        if (!understood) {
            passedOver.computeIfAbsent(name, first -> new int[1])[0]++;
        }
        return EventKind.DMA;
    }

    private EventKind fields(Known known, int to) {
        try {
            payload.read(lines, prefix.payload(), to, known.needed, event, devices);
        } catch (DmaConfigurationException wrong) {
            if (!lines.isWhole()) {
                cut = true;
                return EventKind.OTHER;
            }
            throw wrong;
        }
        return known.kind;
    }

    private EventKind header(byte[] bytes, int from, int to) {
        int at = Bytes.find(bytes, from, to, CPUS);
        if (at < 0) {
            return EventKind.OTHER;
        }
        int first = at + CPUS.length;
        int cpus = 0;
        for (int i = first; i < to && Bytes.isDigit(bytes[i]); i++) {
            cpus = 10 * cpus + bytes[i] - '0';
            if (cpus > MOST_PROCESSORS) {
                throw lines.file()
                        .wrongLine(
                                lines.number(),
                                "cannot read the number of processors",
                                "at most " + MOST_PROCESSORS,
                                lines.quote(first, to));
            }
        }
        processors = Math.max(processors, cpus);
        return EventKind.OTHER;
    }

    /** {@code CPU:1 [LOST 12 EVENTS]}, or something that is no event at all. */
    private EventKind noEvent(byte[] bytes, int from, int to) {
        if (lines.number() == 1 && Bytes.at(bytes, from, to, TRACE_DAT)) {
            throw lines.file()
                    .wrongLine(
                            1,
                            "cannot read the trace",
                            "text",
                            "a trace.dat file; trace-cmd report turns it into text");
        }
        int lost = Bytes.find(bytes, from, to, LOST);
        if (lost < 0 || Bytes.find(bytes, lost, to, EVENTS) < 0) {
            return EventKind.OTHER;
        }
        event.lost = 0;
        for (int i = lost + LOST.length + 1; i < to && Bytes.isDigit(bytes[i]); i++) {
            event.lost = 10 * event.lost + bytes[i] - '0';
        }
        return EventKind.LOST;
    }

    @Override
    public void close() {
        lines.close();
    }
}
