package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.spi.DeviceLimits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DmaEngineTest {
    private static final long GIB = 1L << 30;

    private final SimMachine machine =
            SimMachine.builder().ram(0, 3 * GIB).ram(4 * GIB, 2 * GIB).open();

    @AfterEach
    void close() {
        machine.close();
    }

    private DmaEngine engine(int bits, DmaRangeMap windows, long busLimit) {
        return machine.devices().attach(new SimDevice("dev", bits, windows, busLimit, true, Optional.empty()));
    }

    private void fill(long physical, long bytes, long seed) {
        SimPattern.fill(machine.memory().segment(physical, bytes), seed);
    }

    private long wrong(long physical, long bytes, long seed) {
        return SimPattern.mismatches(machine.memory().segment(physical, bytes), seed);
    }

    @Test
    void bytesMoveByAddressAlone() {
        DmaEngine engine = engine(64, DmaRangeMap.IDENTITY, 0);
        fill(5 * GIB + 123, 10_000, 7);
        byte[] read = new byte[10_000];
        assertThat(engine.read(5 * GIB + 123, MemorySegment.ofArray(read))).isEqualTo(10_000);
        assertThat(SimPattern.mismatches(MemorySegment.ofArray(read), 7)).isZero();
        assertThat(engine.mismatches(5 * GIB + 123, 10_000, 7)).isZero();
        assertThat(engine.writePattern(4097, 9000, 3)).isEqualTo(9000);
        assertThat(wrong(4097, 9000, 3)).isZero();
        assertThat(engine.copy(4097, 2 * GIB + 5, 9000)).isEqualTo(9000);
        assertThat(wrong(2 * GIB + 5, 9000, 3)).isZero();
        assertThat(engine.checksum(4097, 9000))
                .isEqualTo(engine.checksum(2 * GIB + 5, 9000))
                .isNotNegative();
        assertThat(engine.faults()).isEmpty();
    }

    @Test
    void highAddressBitsAreDropped() {
        DmaEngine engine = engine(32, DmaRangeMap.IDENTITY, 0);
        fill(4 * GIB + 8192, 100, 1);
        fill(8192, 100, 2);
        assertThat(engine.mismatches(4 * GIB + 8192, 100, 2)).isZero();
        assertThat(engine.faults()).isEmpty();
    }

    @Test
    void accessPastTheLastAddressLineGoesOnAtZero() {
        DmaEngine engine = engine(31, DmaRangeMap.IDENTITY, 0);
        engine.writePattern((1L << 31) - 10, 30, 9);
        assertThat(machine.memory().segment(0, 1).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo(SimPattern.at(9, 10));
        assertThat(machine.memory().segment((1L << 31) - 10, 10).get(ValueLayout.JAVA_BYTE, 9))
                .isEqualTo(SimPattern.at(9, 9));
        assertThat(machine.memory().segment(1L << 31, 1).get(ValueLayout.JAVA_BYTE, 0))
                .isZero();
    }

    @Test
    void windowsMoveAddressesAndNothingElseAnswers() {
        DmaRangeMap windows = DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, GIB)));
        DmaEngine engine = engine(32, windows, 0xffff_ffffL);
        fill(0x3b40_0000L, 5000, 4);
        assertThat(engine.mismatches(0xfb40_0000L, 5000, 4)).isZero();
        assertThat(engine.writePattern(0xbfff_fff0L, 100, 1)).isZero();
        assertThat(engine.writePattern(0x1000, 100, 1)).isZero();
        assertThat(engine.faults())
                .extracting(SimFault::address, SimFault::access, SimFault::reason)
                .containsExactly(
                        tuple(0xbfff_fff0L, Access.WRITE, Reason.NO_WINDOW),
                        tuple(0x1000L, Access.WRITE, Reason.NO_WINDOW));
        assertThat(engine.faults().getFirst()).hasToString("dev: WRITE of address 0xbffffff0 failed: NO_WINDOW");
    }

    @Test
    void transferAcrossTheEndOfAWindowMovesWhatIsInside() {
        DmaRangeMap windows = DmaRangeMap.of(
                List.of(new DmaRange(0x10_0000, 0x80_0000, 0x1800), new DmaRange(0x20_0000, 0x80_1800, 0x800)));
        DmaEngine engine = engine(32, windows, 0);
        assertThat(engine.writePattern(0x80_1000, 0x1800, 6)).isEqualTo(0x1000);
        assertThat(wrong(0x10_1000, 0x800, 6)).isZero();
        byte[] second = machine.memory().segment(0x20_0000, 0x800).toArray(ValueLayout.JAVA_BYTE);
        assertThat(SimPattern.mismatches(MemorySegment.ofArray(second), 6, 0x800))
                .isZero();
        assertThat(machine.memory().segment(0x10_1800, 1).get(ValueLayout.JAVA_BYTE, 0))
                .isZero();
        assertThat(engine.faults())
                .singleElement()
                .extracting(SimFault::address)
                .isEqualTo(0x80_2000L);
    }

    @Test
    void firstWindowThatContainsAnAddressDecides() {
        DmaRangeMap windows =
                DmaRangeMap.of(List.of(new DmaRange(0x40_0000, 0x2000, 0x1000), new DmaRange(0x80_0000, 0, 0x10_000)));
        DmaEngine engine = engine(32, windows, 0);
        engine.writePattern(0x1ff0, 0x20, 3);
        assertThat(wrong(0x80_1ff0, 0x10, 3)).isZero();
        assertThat(machine.memory().segment(0x80_2000, 1).get(ValueLayout.JAVA_BYTE, 0))
                .isZero();
        assertThat(machine.memory().segment(0x40_0000, 1).get(ValueLayout.JAVA_BYTE, 0))
                .isEqualTo(SimPattern.at(3, 16));
    }

    @Test
    void busCarriesNothingAboveItsLimit() {
        DmaEngine engine = engine(64, DmaRangeMap.IDENTITY, 0xffff);
        assertThat(engine.writePattern(0xff00, 0x200, 1)).isEqualTo(0x100);
        assertThat(engine.checksum(0x1_0000, 1)).isEqualTo(-1);
        assertThat(engine.faults())
                .extracting(SimFault::access, SimFault::reason)
                .containsExactly(
                        tuple(Access.WRITE, Reason.ABOVE_BUS_LIMIT), tuple(Access.READ, Reason.ABOVE_BUS_LIMIT));
    }

    @Test
    void holesAndAddressesBeyondRamAnswerNobody() {
        DmaEngine engine = engine(64, DmaRangeMap.IDENTITY, 0);
        assertThat(engine.writePattern(3 * GIB - 100, 200, 1)).isEqualTo(100);
        assertThat(engine.writePattern(-4096, 10, 1)).isZero();
        assertThat(engine.mismatches(6 * GIB, 10, 1)).isEqualTo(10);
        assertThat(engine.copy(4096, 6 * GIB, 10)).isZero();
        assertThat(engine.copy(6 * GIB, 4096, 10)).isZero();
        assertThat(engine.faults()).extracting(SimFault::reason).containsOnly(Reason.NOT_MEMORY);
        assertThat(machine.devices().faults().count()).isEqualTo(5);
    }

    @Test
    void registersAnswerOtherDevices() {
        MemorySegment mailbox = MemorySegment.ofArray(new byte[64]);
        machine.devices().addRegisters(0xfe00_b880L, mailbox);
        DmaEngine engine = engine(64, DmaRangeMap.IDENTITY, 0);
        assertThat(engine.writePattern(0xfe00_b890L, 16, 5)).isEqualTo(16);
        assertThat(SimPattern.mismatches(mailbox.asSlice(16, 16), 5)).isZero();
        assertThat(engine.mismatches(0xfe00_b890L, 16, 5)).isZero();
        assertThat(engine.writePattern(0xfe00_b8b0L, 32, 5)).isZero();
        assertThatThrownBy(() -> machine.devices().addRegisters(4096, mailbox)).isInstanceOf(DmaUsageException.class);
    }

    @Test
    void engineHasAsManyLinesAsItsMasks() {
        DeviceLimits limits =
                new DeviceLimits(0xff_ffffL, 0xffff_ffffL, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT);
        DmaEngine engine = machine.devices().attach(SimDevice.of("dev", limits));
        assertThat(engine.device().addressBits()).isEqualTo(32);
        assertThat(machine.devices().engine("dev")).isSameAs(engine);
    }

    @Test
    void unknownDeviceNamesThoseThatExist() {
        engine(32, DmaRangeMap.IDENTITY, 0);
        assertThatThrownBy(() -> machine.devices().engine("eth0"))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage("DMA-3013 machine: there is no device eth0: expected one of [dev].");
        assertThatThrownBy(() -> engine(0, DmaRangeMap.IDENTITY, 0)).isInstanceOf(DmaUsageException.class);
    }

    @Test
    void deviceThatDoesNotSnoopNeedsAModelOfCaches() {
        SimDevice device = new SimDevice("dev", 32, DmaRangeMap.IDENTITY, 0, false, Optional.empty());
        assertThatThrownBy(() -> machine.devices().attach(device))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageContaining("modelCaches");
    }
}
