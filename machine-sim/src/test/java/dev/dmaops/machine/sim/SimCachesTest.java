package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaRangeMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimCachesTest {
    private static final long AT = 0x10_0000;

    private final SimMachine machine =
            SimMachine.builder().modelCaches().cacheLineBytes(64).open();
    private final SimCaches caches = machine.caches();
    private final DmaEngine engine =
            machine.devices().attach(new SimDevice("nosnoop", 64, DmaRangeMap.IDENTITY, 0, false, Optional.empty()));
    private final DmaEngine snooper =
            machine.devices().attach(new SimDevice("snoop", 64, DmaRangeMap.IDENTITY, 0, true, Optional.empty()));

    @AfterEach
    void close() {
        machine.close();
    }

    private void cpuWrites(long physical, long bytes, long seed) {
        SimPattern.fill(machine.memory().segment(physical, bytes), seed);
    }

    private long cpuSeesWrong(long physical, long bytes, long seed) {
        return SimPattern.mismatches(machine.memory().segment(physical, bytes), seed);
    }

    @Test
    void deviceReadsOldBytesUntilTheyAreMaintained() {
        cpuWrites(AT, 1024, 1);
        assertThat(engine.mismatches(AT, 1024, 1)).isGreaterThan(1000);
        caches.forDevice(AT, 1024, DmaDirection.TO_DEVICE);
        assertThat(engine.mismatches(AT, 1024, 1)).isZero();
        assertThat(caches.counters()).isEqualTo(new SimCaches.Counters(1, 0, 16, 0, 0));
    }

    @Test
    void maintenanceReachesWholeLinesAndNoMore() {
        cpuWrites(AT, 256, 1);
        caches.forDevice(AT + 70, 10, DmaDirection.TO_DEVICE);
        byte[] seen = new byte[256];
        engine.read(AT, MemorySegment.ofArray(seen));
        MemorySegment view = MemorySegment.ofArray(seen);
        assertThat(SimPattern.mismatches(view.asSlice(64, 64), 1, 64)).isZero();
        assertThat(SimPattern.mismatches(view.asSlice(0, 64), 1, 0)).isGreaterThan(60);
        assertThat(SimPattern.mismatches(view.asSlice(128, 64), 1, 128)).isGreaterThan(60);
    }

    @Test
    void cpuReadsOldBytesUntilTheyAreMaintained() {
        cpuWrites(AT, 256, 1);
        caches.forDevice(AT, 256, DmaDirection.FROM_DEVICE);
        engine.writePattern(AT, 256, 2);
        assertThat(cpuSeesWrong(AT, 256, 1)).isZero();
        caches.forCpu(AT, 256, DmaDirection.TO_DEVICE);
        assertThat(cpuSeesWrong(AT, 256, 1)).isZero();
        caches.forCpu(AT, 256, DmaDirection.FROM_DEVICE);
        assertThat(cpuSeesWrong(AT, 256, 2)).isZero();
        assertThat(caches.counters().linesDropped()).isEqualTo(4);
    }

    @Test
    void bytesThatTheDeviceLeftStayAsTheyWere() {
        cpuWrites(AT, 256, 1);
        caches.forDevice(AT, 256, DmaDirection.FROM_DEVICE);
        engine.writePattern(AT, 100, 2);
        caches.forCpu(AT, 256, DmaDirection.FROM_DEVICE);
        assertThat(cpuSeesWrong(AT, 100, 2)).isZero();
        assertThat(SimPattern.mismatches(machine.memory().segment(AT + 100, 156), 1, 100))
                .isZero();
    }

    @Test
    void sharedLineLosesWhatTheDeviceWroteWhenTheCpuDirtiedIt() {
        caches.forDevice(AT, 96, DmaDirection.FROM_DEVICE);
        engine.writePattern(AT, 96, 2);
        cpuWrites(AT + 96, 8, 5);
        caches.forCpu(AT, 96, DmaDirection.FROM_DEVICE);
        assertThat(cpuSeesWrong(AT, 64, 2)).isZero();
        assertThat(machine.memory().segment(AT + 64, 32).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(0);
        assertThat(cpuSeesWrong(AT + 96, 8, 5)).isZero();
        assertThat(caches.counters().linesLost()).isEqualTo(1);
    }

    @Test
    void sharedLineIsSafeWhenTheCpuLeftItAlone() {
        cpuWrites(AT + 96, 8, 5);
        caches.forDevice(AT, 96, DmaDirection.FROM_DEVICE);
        engine.writePattern(AT, 96, 2);
        caches.forCpu(AT, 96, DmaDirection.FROM_DEVICE);
        assertThat(cpuSeesWrong(AT, 96, 2)).isZero();
        assertThat(cpuSeesWrong(AT + 96, 8, 5)).isZero();
        assertThat(caches.counters().linesLost()).isZero();
    }

    @Test
    void uncachedPagesAreSeenAtOnceByBothSides() {
        cpuWrites(AT, 4096, 1);
        caches.beginUncached(AT, 4096);
        assertThat(engine.mismatches(AT, 4096, 1)).isZero();
        cpuWrites(AT, 100, 3);
        assertThat(engine.mismatches(AT, 100, 3)).isZero();
        engine.writePattern(AT + 4000, 96, 4);
        assertThat(cpuSeesWrong(AT + 4000, 96, 4)).isZero();
        caches.endUncached(AT, 4096);
        assertThat(engine.mismatches(AT + 4000, 96, 4)).isZero();
        cpuWrites(AT, 100, 6);
        assertThat(engine.mismatches(AT, 100, 3)).isZero();
    }

    @Test
    void deviceThatSnoopsNeedsNoMaintenance() {
        cpuWrites(AT, 256, 1);
        assertThat(snooper.mismatches(AT, 256, 1)).isZero();
        snooper.writePattern(AT, 256, 2);
        assertThat(cpuSeesWrong(AT, 256, 2)).isZero();
        assertThat(engine.mismatches(AT, 256, 2)).isZero();
    }

    @Test
    void machineWhoseDevicesSnoopHasNoModel() {
        try (SimMachine coherent = SimMachine.builder().cacheLineBytes(64).open()) {
            assertThat(coherent.caches().modelled()).isFalse();
            assertThat(coherent.caches().lineBytes()).isEqualTo(1);
            coherent.caches().forDevice(AT, 64, DmaDirection.TO_DEVICE);
            coherent.caches().beginUncached(AT, 4096);
            assertThat(coherent.caches().counters()).isEqualTo(new SimCaches.Counters(0, 0, 0, 0, 0));
        }
        assertThat(caches.lineBytes()).isEqualTo(64);
    }

    @Test
    void deviceThatWasMadeToSnoopFindsWhatTheCpuWrote() {
        cpuWrites(AT, 256, 1);
        assertThat(engine.mismatches(AT, 256, 1)).isPositive();
        machine.devices().snoop("nosnoop");
        DmaEngine now = machine.devices().engine("nosnoop");
        assertThat(now.device().coherent()).isTrue();
        assertThat(now.mismatches(AT, 256, 1)).isZero();
        now.writePattern(AT, 256, 2);
        assertThat(cpuSeesWrong(AT, 256, 2)).isZero();
    }
}
