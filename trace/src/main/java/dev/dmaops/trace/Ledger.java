package dev.dmaops.trace;

import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.trace.event.Bounce;
import dev.dmaops.trace.event.Operation;
import dev.dmaops.trace.setup.DeviceFacts;
import java.util.ArrayList;
import java.util.List;

/** Keeps count of what each device did in the pool that is asked about. */
final class Ledger {
    private final List<Account> accounts = new ArrayList<>();
    private final long[] runLengths = new long[SwiotlbParameters.SLOT_SET + 1];
    private long failures;
    private long addressesCompared;
    private long addressesEqual;

    /** One device. */
    private static final class Account {
        private final String id;
        private final DeviceFacts facts;
        private long maps;
        private long bounced;
        private long failures;
        private long bytes;
        private int slots;
        private int peakSlots;

        Account(String id, DeviceFacts facts) {
            this.id = id;
            this.facts = facts;
        }
    }

    void add(String id, DeviceFacts facts) {
        accounts.add(new Account(id, facts));
    }

    int slots(Bounce bounce) {
        return accounts.get(bounce.device).facts.slots(bounce.original, bounce.bytes);
    }

    void took(Bounce bounce, int slots) {
        Account account = accounts.get(bounce.device);
        account.bounced++;
        account.bytes += bounce.bytes;
        account.slots += slots;
        account.peakSlots = Math.max(account.peakSlots, account.slots);
        runLengths[slots]++;
    }

    void gave(Bounce bounce, int slots) {
        accounts.get(bounce.device).slots -= slots;
    }

    void refused(Bounce bounce) {
        accounts.get(bounce.device).failures++;
        failures++;
    }

    void compared(boolean equal) {
        addressesCompared++;
        addressesEqual += equal ? 1 : 0;
    }

    void mapped(Operation operation) {
        accounts.get(operation.device).maps += operation.buffers;
    }

    long failures() {
        return failures;
    }

    long addressesCompared() {
        return addressesCompared;
    }

    long addressesEqual() {
        return addressesEqual;
    }

    long maps() {
        return accounts.stream().mapToLong(account -> account.maps).sum();
    }

    long bounced() {
        return accounts.stream().mapToLong(account -> account.bounced).sum();
    }

    List<DeviceShare> shares() {
        return accounts.stream()
                .map(account -> new DeviceShare(
                        account.id,
                        account.maps,
                        account.bounced,
                        account.failures,
                        account.bytes,
                        account.peakSlots,
                        account.facts.minAlignMask(),
                        account.facts.origin()))
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    List<RunLength> runLengths() {
        List<RunLength> result = new ArrayList<>();
        for (int slots = 1; slots < runLengths.length; slots++) {
            if (runLengths[slots] > 0) {
                result.add(new RunLength(slots, runLengths[slots]));
            }
        }
        return result;
    }
}
