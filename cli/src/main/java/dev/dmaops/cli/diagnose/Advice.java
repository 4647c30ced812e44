package dev.dmaops.cli.diagnose;

import java.util.List;
import java.util.Optional;

/**
 * What a complaint means and what to do about it.
 *
 * @param kind a stable word for programs, such as {@code bounce-refused}
 * @param title what was complained about, a few words
 * @param causes which of the five causes a full pool can have, the most plausible first; empty for other complaints
 * @param certainty how certain the first cause is, or what the complaint means
 * @param means what the complaint means; empty where the causes say it
 * @param because the numbers from which that follows
 * @param toTell what to look at to be certain
 * @param cure what to do
 */
record Advice(
        String kind,
        String title,
        List<PoolCause> causes,
        Certainty certainty,
        Optional<String> means,
        List<String> because,
        List<String> toTell,
        List<String> cure) {
    static Advice meaning(
            String kind, String title, String means, List<String> because, List<String> toTell, List<String> cure) {
        return new Advice(kind, title, List.of(), Certainty.CERTAIN, Optional.of(means), because, toTell, cure);
    }
}
