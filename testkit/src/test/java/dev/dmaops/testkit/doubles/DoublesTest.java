package dev.dmaops.testkit.doubles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMappingException;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.IommuUnit;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.DeviceBench.Place;
import dev.dmaops.testkit.TestWorld;
import dev.dmaops.testkit.TestWorld.Pool;
import dev.dmaops.testkit.TestWorld.Reach;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DoublesTest {
    private static final TestWorld PLAIN = new TestWorld(4096, 4096, Reach.EVERYTHING, false, Pool.NONE, true);
    private static final TestWorld TRANSLATED = new TestWorld(4096, 4096, Reach.EVERYTHING, true, Pool.NONE, true);

    private @Nullable ScriptedAddresses scripted;
    private @Nullable FaultInjection faults;

    private static DeviceBench open(TestWorld world, BiFunction<DmaOps, DeviceBench, DmaOps> around) {
        return DeviceBench.open(world, new AlwaysBounce(), Optional.empty(), machine -> List.of(), around);
    }

    private DeviceBench openScripted(long... addresses) {
        return open(TRANSLATED, (ops, bench) -> {
            ScriptedAddresses script = new ScriptedAddresses(
                    ops, bench.machine().hook(IommuUnit.class).orElseThrow().domain(DeviceBench.DEVICE));
            for (long address : addresses) {
                script.thenAddress(address);
            }
            scripted = script;
            return script;
        });
    }

    private ScriptedAddresses script() {
        if (scripted == null) {
            throw new AssertionError("open a scripted bench first");
        }
        return scripted;
    }

    private DeviceBench openFaulty() {
        return open(PLAIN, (ops, bench) -> {
            faults = new FaultInjection(ops, DeviceBench.DEVICE, 7);
            return faults;
        });
    }

    private FaultInjection faults() {
        if (faults == null) {
            throw new AssertionError("open a faulty bench first");
        }
        return faults;
    }

    @Test
    void alwaysBounceShowsAMissingSync() {
        try (DeviceBench bench = open(PLAIN, (ops, opened) -> ops)) {
            MemorySegment buffer = bench.filled(4096, Place.LOW, 1);
            try (DmaMapping mapping = bench.device().map(buffer, DmaDirection.BIDIRECTIONAL)) {
                SimPattern.fill(buffer, 2);
                assertThat(bench.engine().mismatches(mapping.dmaAddress().value(), 4096, 1))
                        .isZero();
            }
        }
    }

    @Test
    void alwaysBouncePoisonsWhatIsUsedAfterTheUnmap() {
        try (DeviceBench bench = open(PLAIN, (ops, opened) -> ops)) {
            DmaMapping mapping = bench.device().map(bench.filled(64, Place.LOW, 1), DmaDirection.TO_DEVICE);
            long dma = mapping.dmaAddress().value();
            mapping.close();
            byte[] seen = new byte[64];
            bench.engine().read(dma, MemorySegment.ofArray(seen));
            assertThat(seen).containsOnly(AlwaysBounce.POISON);
            assertThatThrownBy(() -> bench.device().unmapSingle(dma, 64, DmaDirection.TO_DEVICE, 0))
                    .isInstanceOfSatisfying(
                            DmaUsageException.class, e -> assertThat(e.code()).isEqualTo(DmaErrorCode.NOT_MAPPED));
        }
    }

    @Test
    void scriptedAddressesLeadToTheBuffers() {
        try (DeviceBench bench = openScripted(0xffff_ffff_f000L, 0x1_0000_0010L)) {
            MemorySegment first = bench.filled(4096, Place.HIGH, 1);
            MemorySegment second = bench.filled(5000, Place.LOW, 2).asSlice(16);
            DmaMapping one = bench.device().map(first, DmaDirection.TO_DEVICE);
            DmaMapping two = bench.device().map(second, DmaDirection.FROM_DEVICE);
            assertThat(one.dmaAddress().value()).isEqualTo(0xffff_ffff_f000L);
            assertThat(bench.engine().mismatches(0xffff_ffff_f000L, 4096, 1)).isZero();
            assertThat(bench.engine().writePattern(0x1_0000_0010L, 4984, 9)).isEqualTo(4984);
            assertThat(SimPattern.mismatches(second, 9)).isZero();
            assertThat(bench.engine().writePattern(0xffff_ffff_f000L, 1, 9)).isZero();
            two.close();
            assertThat(bench.engine().writePattern(0x1_0000_0010L, 1, 9)).isZero();
            assertThat(script().live()).isEqualTo(1);
            one.close();
        }
    }

    @Test
    void scriptThatCannotBeTrueIsAnError() {
        try (DeviceBench bench = openScripted(0x1_0000_0010L)) {
            MemorySegment buffer = bench.buffer(4096, Place.LOW);
            assertThatThrownBy(() -> bench.device().map(buffer, DmaDirection.TO_DEVICE))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessageContaining("expected the same low bits below 4096");
            assertThatThrownBy(() -> bench.device().map(buffer, DmaDirection.TO_DEVICE))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessage(
                            "DMA-3013 scripted addresses: cannot map bytes=4096: the script has no more addresses. Script"
                                    + " one for each map.");
        }
    }

    @Test
    void scriptedRefusalUnwindsAList() {
        try (DeviceBench bench = openScripted(0x10_0000L)) {
            script().thenRefusal(DmaErrorCode.IOVA_EXHAUSTED).thenAddress(0x20_0000L);
            ScatterList list =
                    new ScatterList().add(bench.buffer(4096, Place.LOW)).add(bench.buffer(4096, Place.LOW));
            assertThat(bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isZero();
            assertThat(script().live()).isZero();
            ScatterList single = new ScatterList().add(bench.filled(4096, Place.LOW, 4));
            assertThat(bench.device().mapScatter(single, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(1);
            assertThat(bench.engine().mismatches(0x20_0000L, 4096, 4)).isZero();
            bench.device().unmapScatter(single, DmaDirection.TO_DEVICE, 0);
        }
    }

    @Test
    void injectedRefusalsComeWhereTheyWereAskedFor() {
        try (DeviceBench bench = openFaulty()) {
            MemorySegment buffer = bench.filled(4096, Place.LOW, 1);
            faults().withCode(DmaErrorCode.NO_FREE_RUN).after(2, 1);
            DeviceBench.Held before = bench.held();
            List<Boolean> mapped = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                switch (bench.device().tryMap(buffer, DmaDirection.TO_DEVICE, DmaAttributes.NONE)) {
                    case Mapped(DmaMapping mapping) -> {
                        mapped.add(true);
                        mapping.close();
                    }
                    case Refused refused -> {
                        mapped.add(false);
                        assertThat(refused.message())
                                .isEqualTo(
                                        "DMA-2003 dev0: cannot provide 4096 bytes: the test refuses this one. Cope with it."
                                                + " [fault injection]");
                    }
                }
            }
            assertThat(mapped).containsExactly(true, true, false, true, true);
            assertThat(faults().injected()).isEqualTo(1);
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    @Test
    void refusalsByChanceAreTheSameForTheSameSeed() {
        List<Boolean> first = refusalsByChance();
        assertThat(first).contains(true, false).isEqualTo(refusalsByChance());
    }

    private List<Boolean> refusalsByChance() {
        try (DeviceBench bench = openFaulty()) {
            faults().byChance(0.3);
            List<Boolean> refused = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                refused.add(bench.device().tryAllocateCoherent(4096, 0, 0) instanceof CoherentRefused);
            }
            faults().byChance(1);
            assertThatThrownBy(() -> bench.device().allocatePages(1, DmaDirection.TO_DEVICE, 0))
                    .isInstanceOf(DmaMappingException.class);
            return refused;
        }
    }

    @Test
    void shortWriteLeavesTheRestOfTheBuffer() {
        try (DeviceBench bench = open(PLAIN, (ops, opened) -> ops)) {
            ShortWriteDevice device = new ShortWriteDevice(bench.engine(), 100);
            MemorySegment buffer = bench.filled(4096, Place.LOW, 1);
            MemorySegment frame = MemorySegment.ofArray(new byte[1500]);
            SimPattern.fill(frame, 2);
            try (DmaMapping mapping = bench.device().map(buffer, DmaDirection.FROM_DEVICE)) {
                assertThat(device.receive(mapping.dmaAddress().value(), 4096, frame))
                        .isEqualTo(100);
            }
            assertThat(SimPattern.mismatches(buffer.asSlice(0, 100), 2)).isZero();
            assertThat(SimPattern.mismatches(buffer.asSlice(100), 1, 100)).isZero();
        }
    }

    @Test
    void wrongWidthReachesOtherMemoryWithoutNotice() {
        try (DeviceBench bench = open(PLAIN, (ops, opened) -> ops)) {
            WrongWidthDevice device = WrongWidthDevice.inPlaceOf(bench.machine(), DeviceBench.DEVICE, 24);
            MemorySegment low = bench.machine().memory().segment(0x12_3000, 16);
            device.engine().writePattern(0x5512_3000L, 16, 3);
            assertThat(SimPattern.mismatches(low, 3)).isZero();
            assertThat(device.drives(0x5512_3000L)).isEqualTo(0x12_3000L);
            assertThat(bench.machine().memory().segment(0x5512_3000L, 16).toArray(ValueLayout.JAVA_BYTE))
                    .containsOnly(0);
            assertThat(device.engine().faults()).isEmpty();
        }
    }
}
