package dev.dmaops.cli.explain;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DecisionInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What differs between two explanations.
 *
 * @param a the first
 * @param b the second
 * @param system steps for all devices that only one side took, and inputs that both looked at and found different
 * @param devices devices of both sides that differ
 * @param onlyA devices that only the first has
 * @param onlyB devices that only the second has
 * @param compared devices that both have
 */
public record Difference(
        Explanation a,
        Explanation b,
        Steps system,
        List<Device> devices,
        List<String> onlyA,
        List<String> onlyB,
        int compared) {
    /** Copies the lists. */
    public Difference {
        devices = List.copyOf(devices);
        onlyA = List.copyOf(onlyA);
        onlyB = List.copyOf(onlyB);
    }

    /**
     * One field of a choice.
     *
     * @param name the field
     * @param a its value on the first side
     * @param b its value on the second side
     */
    public record Field(String name, String a, String b) {}

    /**
     * Steps of the two sides.
     *
     * @param onlyA steps that only the first side took
     * @param onlyB steps that only the second side took
     * @param inputs inputs with another value; both sides in the order of {@code DecisionInput} pairs
     */
    public record Steps(List<Decision> onlyA, List<Decision> onlyB, List<Changed> inputs) {
        boolean isEmpty() {
            return onlyA.isEmpty() && onlyB.isEmpty() && inputs.isEmpty();
        }
    }

    /**
     * An input that has another value.
     *
     * @param a on the first side
     * @param b on the second side
     */
    public record Changed(DecisionInput a, DecisionInput b) {}

    /**
     * A device that differs.
     *
     * @param id its id
     * @param fields what differs in its choice
     * @param steps what differs in its own steps
     */
    public record Device(String id, List<Field> fields, Steps steps) {}

    /** Compares. Where a step or input stands in its file does not count. */
    public static Difference of(Explanation a, Explanation b) {
        List<Device> devices = new ArrayList<>();
        List<String> onlyA = new ArrayList<>();
        int compared = 0;
        for (BackendChoice left : a.choices()) {
            Optional<BackendChoice> right = b.choice(left.device());
            if (right.isEmpty()) {
                onlyA.add(left.device());
                continue;
            }
            compared++;
            Device device =
                    new Device(left.device(), fields(left, right.get()), steps(a.own(left), b.own(right.get())));
            if (!device.fields.isEmpty() || !device.steps.isEmpty()) {
                devices.add(device);
            }
        }
        List<String> onlyB = b.choices().stream()
                .map(BackendChoice::device)
                .filter(id -> a.choice(id).isEmpty())
                .toList();
        return new Difference(a, b, steps(a.plan().decisions(), b.plan().decisions()), devices, onlyA, onlyB, compared);
    }

    private static List<Field> fields(BackendChoice a, BackendChoice b) {
        List<Field> fields = new ArrayList<>();
        field(fields, "backend", a, b, BackendChoice::backend);
        field(fields, "bounce", a, b, choice -> choice.bounce().text());
        field(fields, "pool", a, b, choice -> choice.pool().text());
        field(fields, "iommuDomain", a, b, choice -> choice.iommuDomain().text());
        field(fields, "setMask", a, b, choice -> choice.setMask().text());
        return fields;
    }

    private static void field(
            List<Field> fields, String name, BackendChoice a, BackendChoice b, Function<BackendChoice, String> value) {
        if (!value.apply(a).equals(value.apply(b))) {
            fields.add(new Field(name, value.apply(a), value.apply(b)));
        }
    }

    private static Steps steps(List<Decision> a, List<Decision> b) {
        return new Steps(missing(a, b), missing(b, a), changed(a, b));
    }

    private static List<Decision> missing(List<Decision> from, List<Decision> other) {
        return from.stream()
                .filter(decision -> other.stream()
                        .noneMatch(candidate -> candidate.rule().equals(decision.rule())
                                && candidate.outcome().equals(decision.outcome())))
                .toList();
    }

    private static List<Changed> changed(List<Decision> a, List<Decision> b) {
        Map<String, DecisionInput> left = inputs(a);
        Map<String, DecisionInput> right = inputs(b);
        return left.values().stream()
                .filter(input -> right.containsKey(input.name())
                        && !right.getOrDefault(input.name(), input).value().equals(input.value()))
                .map(input -> new Changed(input, right.getOrDefault(input.name(), input)))
                .toList();
    }

    /** Facts from outside; what earlier rules concluded differs because of them. */
    private static Map<String, DecisionInput> inputs(List<Decision> decisions) {
        Map<String, DecisionInput> inputs = new LinkedHashMap<>();
        decisions.stream()
                .flatMap(decision -> decision.inputs().stream())
                .filter(input -> !input.origin().startsWith("rule "))
                .forEach(input -> inputs.putIfAbsent(input.name(), input));
        return inputs;
    }
}
