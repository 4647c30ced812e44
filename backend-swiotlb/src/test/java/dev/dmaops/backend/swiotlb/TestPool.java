package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.machine.sim.SimCpus;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A pool over a simulated machine, with its log and a device. */
final class TestPool implements AutoCloseable {
    static final long START = 0x1000_0000L;
    static final long BUFFERS = 0x2_0000_0000L;

    final SimMachine machine;
    final PhysicalMemory memory;
    final SlotPool pool;
    final List<String> log = new ArrayList<>();
    final DmaDeviceState device = device(DmaConstraints.DEFAULT, DmaRangeMap.IDENTITY);

    private TestPool(SlotGeometry geometry, boolean zeroPadding, boolean restricted) {
        this(geometry, zeroPadding, restricted, memory -> memory);
    }

    private TestPool(
            SlotGeometry geometry, boolean zeroPadding, boolean restricted, UnaryOperator<PhysicalMemory> around) {
        machine = SimMachine.builder().ram(0, 11L << 30).cpus(64).open();
        memory = around.apply(machine.memory());
        pool = new SlotPool(
                "default",
                geometry,
                restricted,
                restricted,
                zeroPadding,
                4096,
                memory,
                machine.cpus(),
                (device, text) -> log.add(text),
                () -> {});
        runOn(0);
    }

    static TestPool of(int slots, int areas) {
        return at(START, slots, areas);
    }

    static TestPool at(long start, int slots, int areas) {
        return new TestPool(new SlotGeometry(start, slots, areas), false, false);
    }

    /** A pool whose memory is looked at through something. */
    static TestPool withMemory(UnaryOperator<PhysicalMemory> around) {
        return new TestPool(new SlotGeometry(START, 128, 1), false, false, around);
    }

    static TestPool zeroing(int slots) {
        return new TestPool(new SlotGeometry(START, slots, 1), true, false);
    }

    static TestPool restricted(int slots) {
        return new TestPool(new SlotGeometry(START, slots, 1), false, true);
    }

    static DmaDeviceState device(DmaConstraints constraints, DmaRangeMap ranges) {
        return new DmaDeviceState(new DeviceLimits(-1L, -1L, 0, ranges, true, constraints), "disk", false);
    }

    static DmaDeviceState device(long minAlignMask) {
        return device(DmaConstraints.DEFAULT.withMinAlignMask(minAlignMask), DmaRangeMap.IDENTITY);
    }

    SimCpus cpus() {
        return machine.cpus();
    }

    /** From here on the test runs on that processor. */
    void runOn(int cpu) {
        machine.cpus().pin(cpu);
    }

    @Override
    public void close() {
        machine.close();
    }
}
