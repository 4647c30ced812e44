package dev.dmaops.trace.event;

import dev.dmaops.trace.event.Operation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts events together to operations and plays them in the order of the trace.
 *
 * <p>A bounce is printed before its slots are searched, the call that it belongs to when that has ended. So the line that says what
 * a bounce is part of comes later, with lines of other processors between. A bounce therefore waits until its call is known, and
 * all behind it wait too:
 *
 * <pre>
 *   [000] swiotlb_bounced A   waits for its call
 *   [001] dma_unmap_page  X   waits behind A
 *   [000] swiotlb_bounced B   waits for its call
 *   [000] dma_map_sg {A,B}    now A, X, B and the list are played
 * </pre>
 *
 * <p>One thread, or one interrupt, does one call at a time. Bounces that are followed there by anything else than their own call were
 * of a call that was refused: a scatter list that finds no slots has no event of its own.
 */
public final class TracePlayer {
    /** No map call takes so long; what waits longer lost its event. */
    private static final long LONGEST_CALL_NANOS = 1_000_000_000L;

    private static final int MOST_WAITING = 1 << 16;

    private final OperationSink sink;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private final Map<Long, List<Bounce>> pending = new HashMap<>();
    private final LiveOperations live = new LiveOperations();
    private long calls;
    private long lost;
    private long lossLines;
    private long replaced;
    private long firstNanos = Long.MIN_VALUE;
    private long lastNanos;

    /** Something that waits for its turn. */
    private record Unmap(@Nullable Operation operation, long nanos, boolean afterLoss) {}

    /** Plays into a sink. */
    public TracePlayer(OperationSink sink) {
        this.sink = sink;
    }

    /** Plays all of a trace. */
    public void play(EventReader reader) {
        for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
            take(event);
            drain(event.nanos);
        }
        pending.values().forEach(rest -> close(rest, Outcome.CUT));
        drain(lastNanos);
    }

    /** What is mapped at the end. */
    public void forEachLive(Consumer<Operation> action) {
        live.forEach(action);
    }

    /** Calls seen that map something. */
    public long calls() {
        return calls;
    }

    /** Events lost, as far as the trace says how many. */
    public long lost() {
        return lost;
    }

    /** Places where events were lost. */
    public long lossLines() {
        return lossLines;
    }

    /** Mappings whose address was given out again though their end was not seen. */
    public long replaced() {
        return replaced;
    }

    /** Time of the first event, in nanoseconds of the trace's clock. */
    public long firstNanos() {
        return firstNanos == Long.MIN_VALUE ? 0 : firstNanos;
    }

    /** Time of the last event. */
    public long lastNanos() {
        return lastNanos;
    }

    private void take(TraceEvent event) {
        if (event.kind == EventKind.LOST) {
            lossLines++;
            lost += event.lost;
            return;
        }
        firstNanos = firstNanos == Long.MIN_VALUE ? event.nanos : firstNanos;
        lastNanos = Math.max(lastNanos, event.nanos);
        List<Bounce> mine = pending.get(context(event));
        switch (event.kind) {
            case BOUNCED -> bounced(event, mine);
            case MAP -> mapped(event, mine);
            case MAP_LIST -> listMapped(event, mine);
            case UNMAP -> unmapped(event, false, event.dma, mine);
            case UNMAP_LIST -> unmapped(event, true, event.physicals.hash(), mine);
            default -> otherCall(event, mine);
        }
    }

    /** A thread keeps its number on another processor; an interrupt keeps the processor and has the number of whom it interrupts. */
    private static long context(TraceEvent event) {
        boolean thread = event.level == '.' || event.level == 0;
        return thread && event.pid != 0 ? event.pid : -1 - ((long) event.cpu << 8 | (thread ? 0 : event.level));
    }

    private void bounced(TraceEvent event, @Nullable List<Bounce> mine) {
        List<Bounce> list = mine == null ? new ArrayList<>() : mine;
        if (mine == null) {
            pending.put(context(event), list);
        } else if (!list.isEmpty() && list.getFirst().device != event.device) {
            close(list, Outcome.REFUSED);
        }
        Bounce bounce = new Bounce(event, event.dma, event.bytes);
        list.add(bounce);
        waiting.add(bounce);
    }

    private void mapped(TraceEvent event, @Nullable List<Bounce> mine) {
        boolean refused = event.dma == Bounce.UNKNOWN;
        Bounce own = mine == null || mine.isEmpty() ? null : mine.getLast();
        boolean bounced = own != null && own.device == event.device && own.isOf(event.physical, event.bytes);
        Operation operation = new Operation(
                event,
                event.direction,
                refused ? Outcome.REFUSED : Outcome.MAPPED,
                1,
                new Bounce[bounced ? 1 : 0],
                event.dma);
        if (bounced && mine != null && own != null) {
            mine.removeLast();
            own.belongsTo(operation, 0, event.dma);
        }
        otherCall(event, mine);
        finish(operation, false);
    }

    /** The bounces of a list are the last ones that are, in order, some of its buffers. */
    private void listMapped(TraceEvent event, @Nullable List<Bounce> mine) {
        boolean same = mine != null && !mine.isEmpty() && firstOfList(event, mine, true) < mine.size();
        int first = mine == null ? 0 : firstOfList(event, mine, same);
        int count = mine == null ? 0 : mine.size() - first;
        Operation operation = new Operation(
                event, event.direction, Outcome.MAPPED, event.entries, new Bounce[count], event.physicals.hash());
        if (mine != null && count > 0) {
            List<Bounce> own = mine.subList(first, mine.size());
            int buffer = 0;
            for (int i = 0; i < count; i++) {
                Bounce bounce = own.get(i);
                while (buffer < event.physicals.size() && !isBuffer(event, buffer, bounce, same)) {
                    buffer++;
                }
                // A list that was merged has fewer DMA addresses than buffers: which is whose cannot be seen.
                boolean known = buffer < event.dmas.size() && event.dmas.size() == event.physicals.size();
                bounce.belongsTo(operation, i, known ? event.dmas.get(buffer) : Bounce.UNKNOWN);
                buffer++;
            }
            own.clear();
        }
        otherCall(event, mine);
        finish(operation, true);
    }

    private static int firstOfList(TraceEvent event, List<Bounce> mine, boolean same) {
        int hidden = event.entries - event.physicals.size();
        int buffer = event.physicals.size() - 1;
        int first = mine.size();
        while (first > 0 && mine.get(first - 1).device == event.device) {
            Bounce bounce = mine.get(first - 1);
            int at = buffer;
            while (at >= 0 && !isBuffer(event, at, bounce, same)) {
                at--;
            }
            if (at >= 0) {
                buffer = at - 1;
            } else if (hidden-- <= 0 || buffer < event.physicals.size() - 1) {
                break;
            }
            first--;
        }
        return first;
    }

    /**
     * Whether a bounce is for a buffer of a list. Lengths are those of DMA segments: the buffers' own only where nothing was merged.
     *
     * @param same whether the bus shows the device physical addresses as they are
     */
    private static boolean isBuffer(TraceEvent event, int buffer, Bounce bounce, boolean same) {
        long physical = event.physicals.get(buffer);
        long bytes = event.sizes.size() == event.physicals.size() ? event.sizes.get(buffer) : bounce.bytes;
        return bounce.isOf(physical, bytes) && (!same || bounce.original == physical);
    }

    private void finish(Operation operation, boolean list) {
        calls++;
        if (operation.outcome == Outcome.MAPPED) {
            Operation before =
                    list || operation.bounces.length == 0 ? null : live.replaced(operation.device, operation.key);
            if (before != null) {
                replaced++;
                waiting.add(new Unmap(before, lastNanos, true));
            }
            live.add(operation, list);
        }
        waiting.add(operation);
    }

    private void unmapped(TraceEvent event, boolean list, long key, @Nullable List<Bounce> mine) {
        otherCall(event, mine);
        Operation operation = live.remove(event.device, list, key, event.direction);
        waiting.add(new Unmap(operation, event.nanos, lossLines > 0));
    }

    /** Whoever does something else has no call under way; unless it may be an interrupt in the middle of one. */
    private void otherCall(TraceEvent event, @Nullable List<Bounce> mine) {
        if (mine != null && !mine.isEmpty() && (event.knowsLevel() || event.kind == EventKind.MAP_LIST_FAILED)) {
            close(mine, Outcome.REFUSED);
        }
    }

    /** Bounces without a call of their own: one call, or as many as start again with the first buffer. */
    private static void close(List<Bounce> rest, Outcome outcome) {
        int from = 0;
        for (int i = 1; i <= rest.size(); i++) {
            boolean again = i < rest.size()
                    && rest.get(i).original == rest.get(from).original
                    && rest.get(i).bytes == rest.get(from).bytes;
            if (i == rest.size() || again) {
                Outcome part = i < rest.size() ? Outcome.REFUSED : outcome;
                Operation operation = new Operation(part, rest.subList(from, i).toArray(Bounce[]::new));
                for (int k = from; k < i; k++) {
                    rest.get(k).belongsTo(operation, k - from, Bounce.UNKNOWN);
                }
                from = i;
            }
        }
        rest.clear();
    }

    private void drain(long now) {
        while (!waiting.isEmpty()) {
            Object next = waiting.getFirst();
            if (next instanceof Bounce bounce && !bounce.isResolved()) {
                if (now - bounce.nanos < LONGEST_CALL_NANOS && waiting.size() < MOST_WAITING) {
                    return;
                }
                pending.values().stream()
                        .filter(list -> list.contains(bounce))
                        .forEach(list -> close(list, Outcome.REFUSED));
            }
            waiting.removeFirst();
            play(next);
        }
    }

    private void play(Object next) {
        switch (next) {
            case Bounce bounce -> sink.bounced(bounce);
            case Operation operation -> sink.mapped(operation);
            case Unmap(Operation operation, long nanos, boolean _)
            when operation != null -> sink.unmapped(operation, nanos);
            case Unmap unmap -> sink.unmatched(unmap.afterLoss);
            default -> throw new IllegalStateException("cannot play " + next);
        }
    }
}
