package dev.dmaops.selection;

import dev.dmaops.api.DecisionInput;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Sourced;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known while a choice is being made, each fact with its origin. It remembers which facts the rule that is being tried has
 * looked at: those become the inputs of its decision.
 *
 * <p>The facts of a device lie over the facts of its system and see them. Not safe for several threads.
 */
public final class Facts {
    /** Says where a fact of the description comes from when nothing better is known. */
    static final String BY_DEFAULT = "default";

    private final @Nullable Facts outer;
    private final Sourced<KernelVersion> kernel;
    private final KernelConfigView config;
    private final Map<Fact<?>, Sourced<?>> values = new HashMap<>();
    // Most rules do not apply, so inputs are put into words only when one does.
    private final Map<Object, Supplier<DecisionInput>> seen = new LinkedHashMap<>();
    private String concluding = "";

    Facts(Sourced<KernelVersion> kernel, KernelConfigView config) {
        this.outer = null;
        this.kernel = kernel;
        this.config = config;
    }

    private Facts(Facts outer) {
        this.outer = outer;
        this.kernel = outer.kernel;
        this.config = outer.config;
    }

    /** New facts, about one device, over these. */
    Facts over() {
        return new Facts(this);
    }

    /** Puts a fact of the description in place. */
    <T> void give(Fact<T> fact, T value, String origin) {
        values.put(fact, new Sourced<>(value, origin));
    }

    /** Puts a fact of the description in place. */
    <T> void give(Fact<T> fact, Sourced<T> value) {
        values.put(fact, value);
    }

    /** The value of a fact; looking counts. */
    public <T> T get(Fact<T> fact) {
        Sourced<T> found = sourced(fact);
        seen.putIfAbsent(fact, () -> new DecisionInput(fact.name(), fact.text(found.value()), found.origin()));
        return found.value();
    }

    /** The value of a flag; looking counts. */
    public boolean is(Fact<Boolean> flag) {
        return get(flag);
    }

    /** The value of a fact; looking does not count. For conclusions that change a value step by step. */
    public <T> T peek(Fact<T> fact) {
        return sourced(fact).value();
    }

    /** Concludes a fact: from here on it holds, and its origin is the rule. */
    public <T> void set(Fact<T> fact, T value) {
        values.put(fact, new Sourced<>(value, "rule " + concluding));
    }

    /** Whether a kernel configuration symbol is {@code y} or {@code m}; looking counts. */
    public boolean config(String symbol) {
        see(symbol);
        return config.enabled(symbol);
    }

    /** The value of a kernel configuration symbol; looking counts. */
    public String configValue(String symbol) {
        see(symbol);
        return config.value(symbol);
    }

    /** Whether the kernel is the given release or a later one; looking counts. */
    public boolean kernelAtLeast(int major, int minor) {
        seeKernel();
        return kernel.value().atLeast(major, minor);
    }

    /** The kernel; looking does not count. */
    KernelVersion kernel() {
        return kernel.value();
    }

    void seeKernel() {
        seen.putIfAbsent(
                kernel, () -> new DecisionInput("kernel.version", kernel.value().toString(), kernel.origin()));
    }

    /** Forgets what was looked at; what follows belongs to the given rule. */
    void begin(String rule) {
        seen.clear();
        concluding = rule;
    }

    /** What was looked at since the rule began, in order. */
    List<DecisionInput> looked() {
        return seen.values().stream().map(Supplier::get).toList();
    }

    private void see(String symbol) {
        seen.putIfAbsent(
                symbol, () -> new DecisionInput("kernel." + symbol, config.value(symbol), config.origin(symbol)));
    }

    // A fact's values have its type: give and set are the only ways in.
    @SuppressWarnings("unchecked")
    private <T> Sourced<T> sourced(Fact<T> fact) {
        Sourced<?> found = values.get(fact);
        if (found != null) {
            return (Sourced<T>) found;
        }
        return outer == null ? new Sourced<>(fact.unsaid(), BY_DEFAULT) : outer.sourced(fact);
    }
}
