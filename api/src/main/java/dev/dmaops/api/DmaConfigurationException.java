package dev.dmaops.api;

import java.util.List;
import java.util.stream.Collectors;

/** The platform cannot be opened as configured. Carries every problem found, not just the first. */
public final class DmaConfigurationException extends DmaException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigurationProblem> problems;

    /**
     * All problems together.
     *
     * @param problems at least one
     */
    public DmaConfigurationException(List<ConfigurationProblem> problems) {
        super(problems.getFirst().code(), message(problems));
        this.problems = List.copyOf(problems);
    }

    /** A single problem. */
    public DmaConfigurationException(DmaErrorCode code, String where, String what) {
        this(List.of(new ConfigurationProblem(code, where, what)));
    }

    /** Every problem, in the order of the file. */
    public List<ConfigurationProblem> problems() {
        return problems;
    }

    private static String message(List<ConfigurationProblem> problems) {
        return problems.stream()
                .map(ConfigurationProblem::toString)
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
