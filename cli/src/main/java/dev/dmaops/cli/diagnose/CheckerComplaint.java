package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A mistake of a driver that the checker of the DMA API found. */
final class CheckerComplaint extends Complaint {
    private static final Pattern OPERAND = Pattern.compile("\\[([^\\]=]+)=([^\\]]*)\\]");

    CheckerComplaint(Boot boot, LogDevice device, LogEntry first) {
        super(boot, device, first);
    }

    @Override
    Advice advice() {
        String text = ((LogLine.CheckerReport) telling().line()).text();
        Optional<CheckerMistake> mistake = CheckerMistake.of(text);
        boolean checker = mistake.map(CheckerMistake::isOfChecker).orElse(false);
        String who = device().driver().isEmpty() ? "The driver" : "Driver " + device().driver();
        List<String> because = new ArrayList<>();
        Matcher operands = OPERAND.matcher(text);
        while (operands.find()) {
            because.add(operands.group(1).strip() + ": " + operands.group(2).strip());
        }
        return Advice.meaning(
                "dma-api",
                "the checker of the DMA API reports",
                mistake.map(known -> (checker ? "" : who + " ") + known.does() + ".")
                        .orElse("A report of the checker that is not known here."),
                because,
                List.of(
                        "The stack below the line shows the call, and below \"Mapped at:\" the map.",
                        "Only the first mistake is printed: echo 1 > /sys/kernel/debug/dma-api/all_errors shows the rest,"
                                + " error_count counts them."),
                mistake.map(known -> List.of(known.cure())).orElse(List.of()));
    }
}
