package dev.dmaops.conformance;

import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Shows that a comparison can fail: alters one recorded value for each kind of row and result field, replays, and demands a
 * mismatch of that field at that row.
 */
final class SelfTest {
    private final RecordingKind kind;
    private final RecordingFile file;

    SelfTest(RecordingKind kind, RecordingFile file) {
        this.kind = kind;
        this.file = file;
    }

    SelfTestOutcome run() {
        AlterationPlan plan = new AlterationPlan();
        play(plan, Player.Alteration.NONE);
        List<String> missed = new ArrayList<>();
        int altered = 0;
        for (Map<Long, AlterationPlan.Target> pass : plan.passes()) {
            Watch watch = new Watch(pass);
            play(watch, (ordinal, row) -> {
                AlterationPlan.Target target = pass.get(ordinal);
                return target == null ? row : target.leaf().alter(row);
            });
            altered += pass.size();
            missed.addAll(watch.missed());
        }
        return new SelfTestOutcome(file.name(), kind.id(), altered, altered - missed.size(), missed, plan.untested());
    }

    private void play(PlayListener listener, Player.Alteration alteration) {
        try (Recording recording = kind.open(file)) {
            new Player(recording, listener, alteration).playAll();
        }
    }

    private static final class Watch implements PlayListener {
        private final Map<Long, AlterationPlan.Target> expected;
        private final List<Long> reported = new ArrayList<>();

        Watch(Map<Long, AlterationPlan.Target> expected) {
            this.expected = expected;
        }

        @Override
        public void matched(long ordinal, Row row, RowSchema schema) {}

        @Override
        public void skipped(long ordinal, Row row, String cause) {}

        @Override
        public void mismatched(long ordinal, Row row, List<Difference> differences) {
            AlterationPlan.Target target = expected.get(ordinal);
            if (target != null && differences.stream().anyMatch(d -> isAt(d, target))) {
                reported.add(ordinal);
            }
        }

        private static boolean isAt(Difference difference, AlterationPlan.Target target) {
            String field = difference.field().replaceAll("\\[\\d+]", "[]");
            return target.leaf().pattern().equals(field)
                    || target.leaf().pattern().startsWith(field + "[]");
        }

        List<String> missed() {
            return expected.values().stream()
                    .filter(target -> !reported.contains(target.ordinal()))
                    .map(target -> target.name() + " at row " + target.ordinal())
                    .sorted()
                    .toList();
        }
    }
}
