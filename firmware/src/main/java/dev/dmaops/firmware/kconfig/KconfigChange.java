package dev.dmaops.firmware.kconfig;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A symbol that differs between two evaluations.
 *
 * @param symbol the name without {@code CONFIG_}
 * @param before its value first
 * @param after its value then
 * @param because why it has the second value
 * @param chain how the change reached it: from the symbol where it began to this one
 */
public record KconfigChange(String symbol, String before, String after, String because, List<String> chain) {
    /** Copies the list. */
    public KconfigChange {
        chain = List.copyOf(chain);
    }

    /** {@return all differences, those nearest to their beginning first} */
    static List<KconfigChange> between(ResolvedConfig before, ResolvedConfig after) {
        Map<String, List<String>> chains = chains(before, after);
        return chains.entrySet().stream()
                .map(entry -> new KconfigChange(
                        entry.getKey(),
                        value(before, entry.getKey()),
                        value(after, entry.getKey()),
                        after.symbol(entry.getKey()).cause().text(),
                        entry.getValue()))
                .toList();
    }

    /** A symbol without the value n is named alike whether its line is missing or says "is not set". */
    private static String value(ResolvedConfig config, String symbol) {
        ResolvedSymbol one = config.symbol(symbol);
        return one.type().isTruth() ? one.value().written() : one.shown();
    }

    /** Breadth first from the symbols that rest on no other changed symbol, along the rules of the second evaluation. */
    private static Map<String, List<String>> chains(ResolvedConfig before, ResolvedConfig after) {
        List<String> changed = new ArrayList<>(after.model().names());
        before.model().names().stream().filter(name -> !changed.contains(name)).forEach(changed::add);
        changed.removeIf(name -> value(before, name).equals(value(after, name)));
        Map<String, List<String>> followers = new HashMap<>();
        Map<String, List<String>> chains = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>();
        for (String name : changed) {
            List<String> causes = after.model().follows(name).stream()
                    .filter(changed::contains)
                    .toList();
            boolean begins = causes.isEmpty() || after.symbol(name).cause().kind() == Cause.Kind.OVERRIDE;
            if (begins) {
                chains.put(name, List.of(name));
                open.add(name);
            } else {
                causes.forEach(cause -> followers
                        .computeIfAbsent(cause, key -> new ArrayList<>())
                        .add(name));
            }
        }
        while (!open.isEmpty()) {
            String name = open.remove();
            for (String follower : followers.getOrDefault(name, List.of())) {
                if (!chains.containsKey(follower)) {
                    List<String> chain = new ArrayList<>(chains.get(name));
                    chain.add(follower);
                    chains.put(follower, chain);
                    open.add(follower);
                }
            }
        }
        return chains;
    }
}
