package dev.dmaops.integration.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a guest printed on its serial console.
 *
 * @param passed checks that passed
 * @param failed checks that failed, with why
 * @param done stages that came to their end
 * @param rates measurements, as the guest words them
 * @param counted checks that those stages say they passed
 * @param ended whether the guest came to its end
 */
record BootLog(
        List<String> passed, List<String> failed, List<String> done, List<String> rates, int counted, boolean ended) {
    private static final Pattern DONE = Pattern.compile("DONE (\\w+) passed=(\\d+) failed=(\\d+)");

    static BootLog of(List<String> lines) {
        List<String> passed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        List<String> done = new ArrayList<>();
        List<String> rates = new ArrayList<>();
        int counted = 0;
        boolean ended = false;
        for (String line : lines) {
            String text = line.strip();
            Matcher stage = DONE.matcher(text);
            if (text.startsWith("PASS ")) {
                passed.add(text.substring(5));
            } else if (text.startsWith("FAIL ")) {
                failed.add(text.substring(5));
            } else if (text.startsWith("RATE ")) {
                rates.add(text.substring(5));
            } else if (stage.matches()) {
                done.add(stage.group(1));
                counted += Integer.parseInt(stage.group(2));
            }
            ended |= text.startsWith("VM end");
        }
        return new BootLog(
                List.copyOf(passed), List.copyOf(failed), List.copyOf(done), List.copyOf(rates), counted, ended);
    }
}
