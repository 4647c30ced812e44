package dev.dmaops.trace.event;

import dev.dmaops.api.DmaDirection;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is mapped now, by what its unmap will name. Direct mappings may share an address, lists their buffers: the oldest of the
 * same direction ends first.
 */
final class LiveOperations {
    /** An unmap names a device, whether it means a list, and an address or a digest. */
    private record Key(int device, boolean list, long key) {
        @Override
        public int hashCode() {
            long mixed = (key + device * 31L + (list ? 17 : 0)) * 0x9e37_79b9_7f4a_7c15L;
            return (int) (mixed >>> 32);
        }
    }

    private final Map<Key, Operation> single = new HashMap<>();

    /** Second and further ones of one key; rare. */
    private final Map<Key, ArrayDeque<Operation>> more = new HashMap<>();

    void add(Operation operation, boolean list) {
        Key key = new Key(operation.device, list, operation.key);
        if (single.putIfAbsent(key, operation) != null) {
            more.computeIfAbsent(key, first -> new ArrayDeque<>()).add(operation);
        }
    }

    /** Takes it out; null when there is none. */
    @Nullable
    Operation remove(int device, boolean list, long address, DmaDirection direction) {
        Key key = new Key(device, list, address);
        Operation first = single.remove(key);
        if (first == null || more.isEmpty()) {
            return first;
        }
        ArrayDeque<Operation> others = more.get(key);
        if (others == null) {
            return first;
        }
        others.addFirst(first);
        Operation found = others.stream()
                .filter(operation -> operation.direction == direction)
                .findFirst()
                .orElse(first);
        others.remove(found);
        single.put(key, others.removeFirst());
        if (others.isEmpty()) {
            more.remove(key);
        }
        return found;
    }

    /** The bounced mapping of one buffer at an address that is given out again: its end was not seen. */
    @Nullable
    Operation replaced(int device, long address) {
        Key key = new Key(device, false, address);
        Operation before = single.get(key);
        return before == null || before.bounces.length == 0 ? null : single.remove(key);
    }

    /** All of them. */
    void forEach(Consumer<Operation> action) {
        single.values().forEach(action);
        more.values().forEach(others -> others.forEach(action));
    }
}
