package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.cmdline.Remark;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One boot of a log: what it says about the bounce pool, and the samples that its complaints give. */
final class Boot {
    /** Pools of one boot: the default one and restricted ones. More totals than this come from damaged lines. */
    private static final int MOST_POOLS = 64;

    private final int number;
    private final long firstLine;
    private long lastLine;
    private Optional<String> kernel = Optional.empty();
    private Optional<KernelCommandLine> commandLine = Optional.empty();
    private OptionalLong poolStart = OptionalLong.empty();
    private OptionalLong slots = OptionalLong.empty();
    private OptionalLong areas = OptionalLong.empty();
    private OptionalLong reducedFrom = OptionalLong.empty();
    private boolean poolFailed;
    private boolean complained;
    private final Set<Long> restricted = new HashSet<>();
    private final Map<Long, PoolHistory> pools = new HashMap<>();

    Boot(int number, long firstLine) {
        this.number = number;
        this.firstLine = firstLine;
        this.lastLine = firstLine;
    }

    int number() {
        return number;
    }

    void reached(long line) {
        lastLine = line;
    }

    void complained() {
        complained = true;
    }

    boolean hasComplaints() {
        return complained;
    }

    boolean started() {
        return kernel.isPresent();
    }

    void kernel(String version) {
        kernel = Optional.of(version);
    }

    void commandLine(String text) {
        commandLine = Optional.of(KernelCommandLine.parse(text.replace('\0', ' ')));
    }

    void mapped(long start, long count) {
        poolStart = OptionalLong.of(start);
        slots = OptionalLong.of(count);
    }

    void areas(long count) {
        areas = OptionalLong.of(count);
    }

    void reduced(long asked, long got) {
        reducedFrom = OptionalLong.of(asked);
        slots = OptionalLong.of(got);
    }

    void poolFailed() {
        poolFailed = true;
    }

    void restricted(long count) {
        if (restricted.size() < MOST_POOLS) {
            restricted.add(count);
        }
    }

    /** The samples of the pool with this many slots; its size tells it from others. */
    PoolHistory pool(long total) {
        PoolHistory known = pools.get(total);
        if (known != null) {
            return known;
        }
        PoolHistory fresh = new PoolHistory(total);
        if (pools.size() < MOST_POOLS) {
            pools.put(total, fresh);
        }
        return fresh;
    }

    /** The kernel left out lines: what follows is another moment. */
    void newMoment() {
        pools.values().forEach(PoolHistory::newMoment);
    }

    OptionalLong poolStart() {
        return poolStart;
    }

    OptionalLong slots() {
        return slots;
    }

    OptionalLong reducedFrom() {
        return reducedFrom;
    }

    boolean hasPoolFailed() {
        return poolFailed;
    }

    boolean isRestricted(long total) {
        return restricted.contains(total) && slots.orElse(-1) != total;
    }

    Optional<KernelCommandLine> commandLine() {
        return commandLine;
    }

    /** What {@code swiotlb=} asks for; kernels before 6.0 know no areas. */
    SwiotlbParameters parameters() {
        return commandLine
                .map(line -> beforeAreas() ? SwiotlbParameters.ofKernelWithoutAreas(line) : SwiotlbParameters.of(line))
                .orElse(SwiotlbParameters.defaults());
    }

    boolean beforeAreas() {
        return kernel.map(version -> version.matches("[2-5]\\..*")).orElse(false);
    }

    /** The areas that the pool really has: not more than one for each 128 slots. */
    OptionalLong areasOf(long total) {
        return areas.isPresent()
                ? OptionalLong.of(Math.max(1, SwiotlbParameters.limitAreas(areas.getAsLong(), total)))
                : OptionalLong.empty();
    }

    BootReport report() {
        SwiotlbParameters asked = parameters();
        OptionalLong real = slots.isPresent() ? areasOf(slots.getAsLong()) : areas;
        List<String> remarks = asked.remarks().stream().map(Remark::toString).toList();
        return new BootReport(
                number,
                firstLine,
                lastLine,
                kernel,
                boxed(slots),
                boxed(real),
                asked.forceBounce(),
                asked.forceDisable(),
                remarks);
    }

    private static Optional<Long> boxed(OptionalLong number) {
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }
}
