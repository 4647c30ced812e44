package dev.dmaops.runtime.configuration;

import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects mistakes so that a user sees all of them at once.
 *
 * <p>Who reports a mistake goes on with a harmless value in the place of the wrong one; {@link #throwIfAny} makes sure that
 * no such value is ever used.
 */
public final class Problems {
    private final List<ConfigurationProblem> found = new ArrayList<>();

    /** No mistakes so far. */
    public Problems() {}

    /**
     * Adds a mistake.
     *
     * @param where file and line, or builder call
     * @param what what is wrong, what was expected and found, and the cure
     */
    public void add(DmaErrorCode code, String where, String what) {
        add(new ConfigurationProblem(code, where, what));
    }

    /** Adds a mistake that others found; the same one twice counts once. */
    public void add(ConfigurationProblem problem) {
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Ends here if there were mistakes.
     *
     * @throws DmaConfigurationException with all of them
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new DmaConfigurationException(found);
        }
    }
}
