package dev.dmaops.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.opentest4j.TestAbortedException;

/**
 * Runs a contract test without JUnit, to see whether it fails: how a test proves that {@link
 * dev.dmaops.testkit.doubles.Mutant} mistakes are found.
 */
public final class ContractRun {
    private ContractRun() {}

    /**
     * A rule that a backend broke.
     *
     * @param rule the rule's method
     * @param world where
     * @param cause what the rule found
     */
    public record Failure(String rule, TestWorld world, Throwable cause) {
        @Override
        public String toString() {
            return rule + " [" + world + "]: " + cause;
        }
    }

    /** Every rule in every world of the contract. */
    public static List<Failure> failures(DmaBackendContractTest contract) {
        List<Failure> failures = new ArrayList<>();
        contract.worlds()
                .forEach(world -> rules(contract)
                        .forEach(rule -> check(contract, rule, world).ifPresent(failures::add)));
        return failures;
    }

    /** The first rule that is broken in one of the worlds, or empty: the backend lives. */
    public static Optional<Failure> firstFailure(DmaBackendContractTest contract) {
        return contract.worlds()
                .flatMap(world -> rules(contract).flatMap(rule -> check(contract, rule, world).stream()))
                .findFirst();
    }

    private static Stream<Method> rules(DmaBackendContractTest contract) {
        return Stream.of(contract.getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(ParameterizedTest.class))
                .sorted(Comparator.comparing(Method::getName));
    }

    private static Optional<Failure> check(DmaBackendContractTest contract, Method rule, TestWorld world) {
        try {
            rule.invoke(contract, world);
            return Optional.empty();
        } catch (InvocationTargetException e) {
            Throwable cause = e.getTargetException();
            return cause instanceof TestAbortedException
                    ? Optional.empty()
                    : Optional.of(new Failure(rule.getName(), world, cause));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("rules are public: " + rule, e);
        }
    }
}
