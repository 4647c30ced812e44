package dev.dmaops.cli.diagnose;

import java.util.List;
import java.util.Optional;

/**
 * One complaint about one device, however often the kernel wrote it. The components are the fields of {@code --json}.
 *
 * @param kind a stable word: {@code bounce-refused}, {@code mask-overflow} and so on
 * @param device the device; empty if no line says which
 * @param driver its driver or bus; empty if no line says which
 * @param boot number of the boot, counted from 1
 * @param count how many lines
 * @param suppressed how many more the kernel says it left out
 * @param firstLine number of the first line
 * @param lastLine number of the last line
 * @param firstTime time of the first line as it stands in the log; empty if there is none
 * @param lastTime time of the last line
 * @param message the most telling of the lines
 * @param messageLine its number
 * @param title what was complained about, a few words
 * @param causes numbers of the causes that a full pool can have (1 to 5), the most plausible first
 * @param certainty how certain the first cause is, or the meaning
 * @param means what it means
 * @param because the numbers from which that follows
 * @param toTell what to look at to be certain
 * @param cure what to do
 */
public record Finding(
        String kind,
        String device,
        String driver,
        int boot,
        long count,
        long suppressed,
        long firstLine,
        long lastLine,
        String firstTime,
        String lastTime,
        String message,
        long messageLine,
        String title,
        List<Integer> causes,
        Certainty certainty,
        String means,
        List<String> because,
        List<String> toTell,
        List<String> cure) {
    static Finding of(Complaint complaint) {
        Advice advice = complaint.advice();
        List<Integer> causes = advice.causes().stream().map(PoolCause::number).toList();
        Optional<PoolCause> first = advice.causes().stream().findFirst();
        return new Finding(
                advice.kind(),
                complaint.device().name(),
                complaint.device().driver(),
                complaint.boot().number(),
                complaint.count(),
                complaint.suppressed(),
                complaint.first().number(),
                complaint.last().number(),
                complaint.first().stamp().text(),
                complaint.last().stamp().text(),
                complaint.telling().message(),
                complaint.telling().number(),
                advice.title(),
                causes,
                advice.certainty(),
                advice.means().orElse(first.map(PoolCause::text).orElse("")),
                advice.because(),
                advice.toTell(),
                advice.cure());
    }
}
