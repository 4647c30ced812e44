package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.KernelLog;
import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Groups the lines of a log into boots and complaints. Memory is bounded, however long the log. */
public final class LogDiagnoser implements KernelLog.Listener {
    private static final int MOST_COMPLAINTS = 1000;
    private static final int MOST_QUIET_BOOTS = 100;
    private static final int MOST_WAITING = 64;

    private final List<Boot> boots = new ArrayList<>();
    private final Map<Key, Complaint> complaints = new LinkedHashMap<>();
    private Boot boot = new Boot(1, 1);
    private int bootCount = 1;
    private final BootClock clock = new BootClock();
    private long complaining;
    private long leftOut;
    private Optional<Complaint> latest = Optional.empty();

    /** Lines of which it is not known yet whether they belong to another boot. */
    private final List<LogEntry> waiting = new ArrayList<>();

    /** What makes two lines the same complaint. */
    private record Key(int boot, String kind, String device, String detail) {}

    /** Starts with the first line of a log. */
    public LogDiagnoser() {
        boots.add(boot);
    }

    @Override
    public void time(long number, double seconds) {
        switch (clock.at(number, seconds)) {
            case ON -> {
                release();
                boot.reached(number);
            }
            case UNCLEAR -> {}
            case ANEW -> restart();
        }
    }

    @Override
    public void entry(LogEntry entry) {
        if (clock.isUnclear()) {
            boolean start = entry.line() instanceof LogLine.KernelStart;
            if (!start && waiting.size() < MOST_WAITING) {
                waiting.add(entry);
                return;
            }
            clock.decideAnew();
            restart();
        }
        take(entry);
    }

    private void restart() {
        startBoot(clock.startLine());
        release();
    }

    private void release() {
        if (!waiting.isEmpty()) {
            List<LogEntry> released = List.copyOf(waiting);
            waiting.clear();
            released.forEach(this::take);
        }
    }

    private void take(LogEntry entry) {
        LogLine line = entry.line();
        if (line instanceof LogLine.KernelStart && (boot.started() || boot.hasComplaints())) {
            startBoot(entry.number());
        }
        boot.reached(entry.number());
        switch (line) {
            case LogLine.KernelStart start -> boot.kernel(start.version());
            case LogLine.BootParameters parameters -> boot.commandLine(parameters.text());
            case LogLine.PoolMapped pool -> boot.mapped(pool.start(), pool.slots());
            case LogLine.PoolAreas areas -> boot.areas(areas.areas());
            case LogLine.RestrictedPool pool -> boot.restricted(pool.slots());
            case LogLine.Suppressed suppressed -> suppressed(suppressed);
            case LogLine.PoolReduced pool -> {
                boot.reduced(pool.asked(), pool.got());
                poolMemory(entry);
            }
            case LogLine.PoolFailed failed -> {
                boot.poolFailed();
                poolMemory(entry);
            }
            case LogLine.PoolFull full -> {
                sample(entry, full);
                add(
                        entry,
                        full.device(),
                        "full",
                        Room.of(full) + " " + full.total(),
                        () -> new PoolFullComplaint(boot, full.device(), entry, full));
            }
            case LogLine.AddressOverflow over ->
                add(
                        entry,
                        over.device(),
                        "overflow",
                        over.bounced() + " " + over.mask() + " " + over.busLimit(),
                        () -> new OverflowComplaint(boot, over.device(), entry));
            case LogLine.CopyTooLong copy ->
                add(entry, copy.device(), "long", "", () -> new CopyComplaint(boot, copy.device(), entry));
            case LogLine.CopyBeforeStart copy ->
                add(entry, copy.device(), "before", "", () -> new CopyComplaint(boot, copy.device(), entry));
            case LogLine.CheckerReport report ->
                add(
                        entry,
                        report.device(),
                        "checker",
                        CheckerMistake.of(report.text()).map(Enum::name).orElse(""),
                        () -> new CheckerComplaint(boot, report.device(), entry));
            case LogLine.IommuFault fault ->
                add(
                        entry,
                        fault.device(),
                        fault.unit(),
                        String.valueOf(fault.ofAddress()),
                        () -> new FaultComplaint(boot, fault.device(), entry));
            case LogLine.Fixed fixed ->
                add(
                        entry,
                        fixed.device(),
                        "fixed",
                        fixed.notice().name(),
                        () -> new NoticeComplaint(boot, fixed.device(), entry));
            case LogLine.Bug bug ->
                add(entry, LogDevice.UNKNOWN, "bug", bug.file(), () -> new BugComplaint(boot, entry));
        }
    }

    private void startBoot(long number) {
        if (!boot.hasComplaints() && boots.size() > MOST_QUIET_BOOTS) {
            boots.removeLast();
        }
        boot = new Boot(++bootCount, number);
        boots.add(boot);
        latest = Optional.empty();
    }

    private void sample(LogEntry entry, LogLine.PoolFull full) {
        if (full.total().isPresent() && full.used().isPresent()) {
            boot.pool(full.total().getAsLong())
                    .add(entry.stamp().seconds(), full.used().getAsLong());
        }
    }

    /** The kernel writes this before it prints again, so it belongs to the complaint before. */
    private void suppressed(LogLine.Suppressed line) {
        if (line.function().contains("swiotlb")) {
            boot.newMoment();
        } else if (!line.function().contains("dmar")
                && !line.function().contains("iommu")
                && !line.function().contains("smmu")) {
            return;
        }
        latest.ifPresent(complaint -> complaint.addSuppressed(line.count()));
    }

    private void poolMemory(LogEntry entry) {
        boolean growth = entry.message().contains("new pool");
        add(entry, LogDevice.UNKNOWN, "memory", growth ? "growth" : "", () -> new PoolMemoryComplaint(boot, entry));
    }

    private void add(LogEntry entry, LogDevice device, String kind, String detail, Supplier<Complaint> fresh) {
        complaining++;
        Key key = new Key(boot.number(), kind, device.name(), detail);
        Complaint complaint = complaints.get(key);
        if (complaint == null) {
            if (complaints.size() == MOST_COMPLAINTS) {
                leftOut++;
                return;
            }
            complaint = fresh.get();
            complaints.put(key, complaint);
            boot.complained();
        }
        complaint.add(entry);
        latest = Optional.of(complaint);
    }

    /**
     * What the log says, when it is read to its end.
     *
     * @param source how the user knows the log
     * @param lines how many lines it has
     */
    public Diagnosis diagnosis(String source, long lines) {
        if (clock.isUnclear()) {
            clock.decideAnew();
            restart();
        }
        boot.reached(Math.max(lines, 1));
        List<Complaint> open = complaints.values().stream()
                .filter(complaint -> !(complaint instanceof PoolMemoryComplaint memory && memory.isSettled()))
                .toList();
        long settled = complaints.values().stream().mapToLong(Complaint::count).sum()
                - open.stream().mapToLong(Complaint::count).sum();
        return new Diagnosis(
                source,
                lines,
                bootCount,
                boots.stream().map(Boot::report).toList(),
                complaining - settled,
                open.stream().map(Finding::of).toList(),
                leftOut);
    }
}
