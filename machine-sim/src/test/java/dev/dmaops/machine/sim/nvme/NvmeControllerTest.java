package dev.dmaops.machine.sim.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.DeviceLimits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controller, driven by hand. */
final class NvmeControllerTest {
    private static final long ADMIN_SUBMISSION = 0x10_0000;
    private static final long ADMIN_COMPLETION = 0x10_1000;
    private static final long SUBMISSION = 0x10_2000;
    private static final long COMPLETION = 0x10_3000;
    private static final long DATA = 0x20_0000;
    private static final int ENTRIES = 4;
    private static final int FATAL = 2;

    private final SimMachine machine = SimMachine.builder().ram(0, 64 << 20).open();
    private final DmaEngine engine = machine.devices().attach(SimDevice.of("nvme", DeviceLimits.DEFAULT));
    private final NvmeController controller = new NvmeController(engine, 1024);
    private final int[] tails = new int[2];
    private final int[] heads = new int[2];
    private final int[] phases = {1, 1};

    @BeforeEach
    void start() {
        controller.write32(0x24, (ENTRIES - 1) << 16 | ENTRIES - 1);
        controller.write64(0x28, ADMIN_SUBMISSION);
        controller.write64(0x30, ADMIN_COMPLETION);
        controller.write32(0x14, 6 << 16 | 4 << 20 | 1);
        assertThat(controller.read32(0x1c)).isEqualTo(1);
        assertThat(admin(0x05, COMPLETION, (ENTRIES - 1) << 16 | 1, 1)).isZero();
        assertThat(admin(0x01, SUBMISSION, (ENTRIES - 1) << 16 | 1, 1 << 16 | 1))
                .isZero();
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private MemorySegment at(long physical, long bytes) {
        return machine.memory().segment(physical, bytes);
    }

    private int admin(int opcode, long prp1, int word10, int word11) {
        MemorySegment command = MemorySegment.ofArray(new byte[64]);
        command.set(ValueLayout.JAVA_LONG_UNALIGNED, 24, prp1);
        command.set(ValueLayout.JAVA_INT_UNALIGNED, 40, word10);
        command.set(ValueLayout.JAVA_INT_UNALIGNED, 44, word11);
        return execute(0, opcode, command);
    }

    private int move(int opcode, long prp1, long prp2, long block, int blocks) {
        MemorySegment command = MemorySegment.ofArray(new byte[64]);
        command.set(ValueLayout.JAVA_INT_UNALIGNED, 4, 1);
        command.set(ValueLayout.JAVA_LONG_UNALIGNED, 24, prp1);
        command.set(ValueLayout.JAVA_LONG_UNALIGNED, 32, prp2);
        command.set(ValueLayout.JAVA_LONG_UNALIGNED, 40, block);
        command.set(ValueLayout.JAVA_INT_UNALIGNED, 48, blocks - 1);
        return execute(1, opcode, command);
    }

    /** The status; -1 when there is no completion. */
    private int execute(int queue, int opcode, MemorySegment command) {
        command.set(ValueLayout.JAVA_INT_UNALIGNED, 0, opcode | 0x55 << 16);
        long submission = queue == 0 ? ADMIN_SUBMISSION : SUBMISSION;
        MemorySegment.copy(command, 0, at(submission + 64L * tails[queue], 64), 0, 64);
        tails[queue] = (tails[queue] + 1) % ENTRIES;
        controller.write32(0x1000 + 8L * queue, tails[queue]);
        MemorySegment entry = at((queue == 0 ? ADMIN_COMPLETION : COMPLETION) + 16L * heads[queue], 16);
        int last = entry.get(ValueLayout.JAVA_INT_UNALIGNED, 12);
        if ((last >>> 16 & 1) != phases[queue]) {
            return -1;
        }
        assertThat(last & 0xffff).isEqualTo(0x55);
        heads[queue]++;
        if (heads[queue] == ENTRIES) {
            heads[queue] = 0;
            phases[queue] ^= 1;
        }
        controller.write32(0x1004 + 8L * queue, heads[queue]);
        return last >>> 17;
    }

    @Test
    void phaseTurnsWithEveryRoundOfTheCompletionQueue() {
        for (int i = 0; i < 5 * ENTRIES; i++) {
            SimPattern.fill(at(DATA, 512), i);
            assertThat(move(1, DATA, 0, i, 1)).isZero();
            assertThat(move(2, DATA + 4096, 0, i, 1)).isZero();
            assertThat(SimPattern.mismatches(at(DATA + 4096, 512), i)).isZero();
        }
    }

    @Test
    void listGoesOnInTheNextPageWhenItsPageEnds() {
        long list = 0x30_0ff0;
        long next = 0x31_0000;
        MemorySegment places = at(list, 16);
        places.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, DATA + 0x5000);
        places.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, next);
        at(next, 16).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, DATA + 0x2000);
        at(next, 16).set(ValueLayout.JAVA_LONG_UNALIGNED, 8, DATA + 0x7000);
        SimPattern.fill(at(DATA + 512, 3584), 1);
        SimPattern.fill(at(DATA + 0x5000, 4096), 2);
        SimPattern.fill(at(DATA + 0x2000, 4096), 3);
        SimPattern.fill(at(DATA + 0x7000, 512), 4);

        assertThat(move(1, DATA + 512, list, 100, 7 + 8 + 8 + 1)).isZero();

        assertThat(move(2, DATA + 0x10000, 0, 100, 7)).isZero();
        assertThat(SimPattern.mismatches(at(DATA + 0x10000, 3584), 1)).isZero();
        assertThat(move(2, DATA + 0x10000, 0, 107, 8)).isZero();
        assertThat(SimPattern.mismatches(at(DATA + 0x10000, 4096), 2)).isZero();
        assertThat(move(2, DATA + 0x10000, 0, 115, 8)).isZero();
        assertThat(SimPattern.mismatches(at(DATA + 0x10000, 4096), 3)).isZero();
        assertThat(move(2, DATA + 0x10000, 0, 123, 1)).isZero();
        assertThat(SimPattern.mismatches(at(DATA + 0x10000, 512), 4)).isZero();
    }

    @Test
    void mistakesOfADriverEndInTheirStatusAndMoveNothing() {
        assertThat(move(1, DATA, 0, 1024, 1)).isEqualTo(0x80);
        assertThat(move(2, DATA, 0, 1020, 5)).isEqualTo(0x80);
        assertThat(move(2, DATA + 1, 0, 0, 1)).isEqualTo(0x13);
        assertThat(move(2, DATA, DATA + 4096 + 8, 0, 16)).isEqualTo(0x13);
        assertThat(move(2, DATA, 0x30_0004, 0, 24)).isEqualTo(0x13);
        assertThat(move(2, 0x8000_0000L, 0, 0, 1)).isEqualTo(0x04);
        assertThat(move(0x7f, DATA, 0, 0, 1)).isEqualTo(0x01);
        assertThat(move(2, DATA, 0x30_0000, 0, 257)).isEqualTo(0x02);
        assertThat(admin(0x05, COMPLETION, (ENTRIES - 1) << 16 | 1, 1)).isEqualTo(0x101);
        assertThat(admin(0x04, 0, 1, 0)).isEqualTo(0x10c);
        assertThat(admin(0x00, 0, 1, 0)).isZero();
        assertThat(admin(0x04, 0, 1, 0)).isZero();
        assertThat(admin(0x01, SUBMISSION, (ENTRIES - 1) << 16 | 1, 1 << 16 | 1))
                .isEqualTo(0x100);
        assertThat(admin(0x05, COMPLETION, 64 << 16 | 1, 1)).isEqualTo(0x102);
        assertThat(admin(0x05, COMPLETION + 512, (ENTRIES - 1) << 16 | 1, 1)).isEqualTo(0x13);
        assertThat(controller.read32(0x1c)).isEqualTo(1);
    }

    @Test
    void queueThatCannotBeReachedOrDoesNotExistStopsTheControllerUntilReset() {
        controller.write32(0x1000 + 8 * 5, 1);
        assertThat(controller.read32(0x1c) & FATAL).isNotZero();
        assertThat(move(2, DATA, 0, 0, 1)).isEqualTo(-1);

        controller.write32(0x14, 0);
        assertThat(controller.read32(0x1c)).isZero();
        controller.write64(0x28, 0x8000_0000L);
        controller.write32(0x14, 6 << 16 | 4 << 20 | 1);
        controller.write32(0x1000, 1);
        assertThat(controller.read32(0x1c) & FATAL).isNotZero();
    }

    @Test
    void registersOutsideOfTheWindowAreAMistake() {
        assertThatThrownBy(() -> controller.read32(NvmeController.WINDOW))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage(
                        "DMA-3008 nvme: cannot access offset=0x2000 width=4 of a window of 8192 bytes: expected a multiple of"
                                + " the width inside of it.");
        assertThatThrownBy(() -> controller.write64(4, 0)).isInstanceOf(DmaUsageException.class);
    }
}
