package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.MachineProvider;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Zone;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimMachineTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @Test
    void physicalAddressIsNativeAddressMinusBase() {
        try (SimMachine machine =
                SimMachine.builder().ram(0, 2 * GIB).ram(4 * GIB, GIB).open()) {
            SimMemory memory = machine.memory();
            for (long at : new long[] {0, 4096, 2 * GIB - 1, 4 * GIB, 5 * GIB - 1}) {
                MemorySegment segment = memory.segment(at, 1);
                assertThat(segment.address() - memory.linearMap().nativeBase()).isEqualTo(at);
                assertThat(memory.physicalAddress(segment)).isEqualTo(at);
            }
            assertThat(memory.linearMap().physicalBase()).isZero();
            assertThat(memory.linearMap().bytes()).isEqualTo(5 * GIB);
        }
    }

    @Test
    void holesAreNotRam() {
        try (SimMachine machine =
                SimMachine.builder().ram(4096, GIB).ram(4 * GIB, GIB).open()) {
            SimMemory memory = machine.memory();
            assertThat(memory.isRam(4096, GIB)).isTrue();
            assertThat(memory.isRam(4096, GIB + 1)).isFalse();
            assertThat(memory.isRam(0, 1)).isFalse();
            assertThat(memory.isRam(4 * GIB - 1, 2)).isFalse();
            assertThat(memory.isRam(5 * GIB - 1, 1)).isTrue();
            assertThat(memory.isRam(5 * GIB - 1, Long.MAX_VALUE)).isFalse();
            assertThat(memory.isRam(-1, 1)).isFalse();
            assertThat(memory.isRam(4096, -1)).isFalse();
            assertThat(memory.isRam(5 * GIB, 0)).isTrue();
            assertThatThrownBy(() -> memory.copy(4096, 2 * GIB, 8))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessage(
                            "DMA-3008 machine: physical=0x80000000 bytes=8 is not all RAM: RAM is 0x1000-0x40000fff,"
                                    + " 0x100000000-0x13fffffff. Stay inside of one range.");
            assertThatThrownBy(() -> memory.zero(0, 1)).isInstanceOf(DmaUsageException.class);
            assertThatThrownBy(() -> memory.segment(4 * GIB - 1, 1)).isInstanceOf(DmaUsageException.class);
        }
    }

    @Test
    void adjacentRangesAreOne() {
        try (SimMachine machine = SimMachine.builder().ram(0, MIB).ram(MIB, MIB).open()) {
            assertThat(machine.memory().isRam(0, 2 * MIB)).isTrue();
        }
    }

    @Test
    void otherMemoryHasNoPhysicalAddress() {
        try (SimMachine machine = SimMachine.builder().open();
                Arena arena = Arena.ofConfined()) {
            assertThat(machine.memory().physicalAddress(arena.allocate(64)))
                    .isEqualTo(PhysicalMemory.NOT_MACHINE_MEMORY);
            assertThat(machine.memory().physicalAddress(MemorySegment.ofArray(new byte[64])))
                    .isEqualTo(PhysicalMemory.NOT_MACHINE_MEMORY);
        }
    }

    @Test
    void bytesMoveBothWays() {
        try (SimMachine machine = SimMachine.builder().open()) {
            SimMemory memory = machine.memory();
            byte[] in = {1, 2, 3, 4, 5, 6, 7, 8};
            memory.copyIn(MemorySegment.ofArray(in), 2, 5000, 6);
            memory.copy(5000, 9000, 6);
            byte[] out = new byte[7];
            memory.copyOut(9000, MemorySegment.ofArray(out), 1, 6);
            assertThat(out).containsExactly(0, 3, 4, 5, 6, 7, 8);
            memory.zero(9001, 2);
            assertThat(memory.segment(9000, 4).toArray(ValueLayout.JAVA_BYTE)).containsExactly(3, 0, 0, 6);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 64, 512})
    void machineCostsWhatIsTouched(long gib) throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "no /proc to read the memory in use from");
        try (SimMachine warm = SimMachine.builder().open()) {
            assertThat(warm.pages().freePages()).isPositive();
        }
        long before = residentFileBytes();
        try (SimMachine machine =
                SimMachine.builder().ram(0, gib * GIB).zones(16 * MIB - 1, true).open()) {
            long top = machine.memory().segment(gib * GIB - 8, 8).address();
            assertThat(top).isNotZero();
            assertThat(machine.pages().freePages()).isEqualTo(gib * GIB / 4096 - 1);
            assertThat(residentFileBytes() - before).isLessThan(4 * MIB);
            for (int i = 0; i < 256; i++) {
                long page = machine.pages().allocate(0, Zone.NORMAL);
                machine.memory().segment(page, 4096).fill((byte) 1);
            }
            assertThat(residentFileBytes() - before).isBetween(MIB / 2, 16 * MIB);
        }
    }

    private static long residentFileBytes() throws IOException {
        long kib = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssFile:") || line.startsWith("RssShmem:")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib * 1024;
    }

    @Test
    void openMachineLeavesNothingInTheFileSystem() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (SimMachine machine = SimMachine.builder().modelCaches().open();
                Stream<Path> files = Files.list(temporary)) {
            assertThat(machine.caches().modelled()).isTrue();
            assumeTrue(!System.getProperty("os.name").startsWith("Windows"), "a mapped file cannot be deleted there");
            String own = "-" + ProcessHandle.current().pid() + ".mem";
            assertThat(files.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("dmaops-sim") && name.endsWith(own));
        }
    }

    @Test
    void closedMachineSaysSo() {
        SimMachine machine = SimMachine.builder().open();
        machine.close();
        machine.close();
        assertThatThrownBy(() -> machine.memory().zero(4096, 1))
                .isInstanceOf(DmaUsageException.class)
                .extracting(e -> ((DmaUsageException) e).code())
                .isEqualTo(DmaErrorCode.CLOSED);
    }

    @Test
    void everyProblemOfADescriptionIsReported() {
        MachineRequest request = new MachineRequest(
                List.of(
                        new MemoryRange(0, 100_000),
                        new MemoryRange(65536, 65536),
                        new MemoryRange(-4096, 4096),
                        new MemoryRange(1L << 50, 65536)),
                8192,
                12345,
                true,
                0,
                48,
                List.of(),
                1);
        assertThatThrownBy(() -> SimMachine.open(request))
                .isInstanceOfSatisfying(DmaConfigurationException.class, e -> {
                    assertThat(e.problems()).allMatch(problem -> problem.code() == DmaErrorCode.BAD_MACHINE);
                    assertThat(e.problems().stream().map(ConfigurationProblem::where))
                            .containsExactly(
                                    "machine.page-size",
                                    "machine.ram[0]",
                                    "machine.ram[1]",
                                    "machine.ram[2]",
                                    "machine.ram[3]",
                                    "machine.zone-dma",
                                    "machine.cpus",
                                    "machine.cache-line");
                    assertThat(e.problems().get(2).what())
                            .isEqualTo("0x10000-0x1ffff begins inside of or before machine.ram[0] 0x0-0x1869f. Sort the"
                                    + " ranges by address and remove the overlap.");
                });
    }

    @Test
    void machineWithoutRamIsRefused() {
        MachineRequest request = new MachineRequest(List.of(), 4096, 0, false, 1, 64, List.of(), 1);
        assertThatThrownBy(() -> SimMachine.open(request))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage("DMA-1017 machine.ram: no RAM: expected at least one range. Give the machine memory.");
    }

    @Test
    void providerMakesTheKindSim() {
        MachineProvider provider = new SimMachineProvider();
        assertThat(provider.id()).isEqualTo("sim");
        assertThat(provider.artifact()).isEqualTo("dev.dmaops:dmaops-machine-sim");
        MachineRequest request =
                new MachineRequest(List.of(new MemoryRange(0, MIB)), 4096, 0, false, 2, 64, List.of(), 1);
        try (var machine = provider.create(request)) {
            assertThat(machine.cpus().possible()).isEqualTo(2);
            assertThat(machine.hook(SimMachine.class)).contains((SimMachine) machine);
            assertThat(machine.hook(Runnable.class)).isEmpty();
        }
    }

    @Test
    void pinnedThreadStaysOnItsProcessor() {
        try (SimMachine machine = SimMachine.builder().cpus(4).open()) {
            SimCpus cpus = machine.cpus();
            int before = cpus.current();
            try (SimCpus.Pin outer = cpus.pin(3)) {
                assertThat(outer).isNotNull();
                assertThat(cpus.current()).isEqualTo(3);
                try (SimCpus.Pin inner = cpus.pin(1)) {
                    assertThat(inner).isNotNull();
                    assertThat(cpus.current()).isEqualTo(1);
                }
                assertThat(cpus.current()).isEqualTo(3);
            }
            assertThat(cpus.current()).isEqualTo(before);
            cpus.online(1);
            assertThat(cpus.current()).isZero();
            assertThatThrownBy(() -> cpus.pin(4)).isInstanceOf(DmaUsageException.class);
            assertThatThrownBy(() -> cpus.online(5)).isInstanceOf(DmaUsageException.class);
        }
    }
}
