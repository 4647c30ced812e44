package dev.dmaops.firmware.kconfig;

import java.util.ArrayList;
import java.util.List;

/**
 * A backend that one kernel can have and another cannot.
 *
 * @param id the backend
 * @param before whether the first kernel can have it
 * @param after whether the second can
 * @param lacking what the second lacks, such as {@code XEN_PV}; empty if it can have the backend
 */
public record BackendChange(String id, boolean before, boolean after, String lacking) {
    static List<BackendChange> between(ResolvedConfig before, ResolvedConfig after) {
        List<BackendGate> first = BackendGate.all(before);
        List<BackendGate> second = BackendGate.all(after);
        List<BackendChange> changes = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            BackendGate gate = second.get(i);
            if (first.get(i).possible() != gate.possible()) {
                changes.add(new BackendChange(
                        gate.id(),
                        !gate.possible(),
                        gate.possible(),
                        gate.shortfall().map(Shortfall::summary).orElse("")));
            }
        }
        return changes;
    }
}
