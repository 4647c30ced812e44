package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.ScatterList;
import dev.dmaops.backend.iommu.IommuBackend;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a device reaches that attacks, in each mode. {@code docs/isolation.md} holds the same table in words; whoever changes one
 * changes the other.
 */
class IsolationTest {
    private static final int BYTES = 1000;
    private static final int OFFSET = 96;

    /** How a device is set up. */
    enum Mode {
        STRICT,
        LAZY,
        UNTRUSTED;

        IommuBench open() {
            IommuScene scene = IommuScene.PLAIN.with(new SwiotlbPools());
            IommuScene inMode = switch (this) {
                case STRICT -> scene;
                case LAZY -> scene.with(IommuDomainType.DMA_FQ);
                case UNTRUSTED -> scene.with(IommuDomainType.DMA_FQ).withoutTrust();
            };
            return inMode.open(new IommuBackend());
        }
    }

    /** What a device tries. */
    enum Attack {
        NEIGHBOUR_IN_THE_GRANULE,
        NEXT_GRANULE,
        GRANULE_BEFORE,
        AFTER_UNMAP_IN_THE_FLUSH_WINDOW,
        AFTER_THE_FLUSH_WINDOW,
        OTHER_DEVICES_ADDRESS,
        PHYSICAL_ADDRESS,
        WRITE_TO_WHAT_IT_MAY_READ,
        GAP_BEHIND_A_LISTS_ENTRY
    }

    /** What came of it: whether the caller's memory, or that of others, was read or written. */
    enum Outcome {
        FAULT,
        REACHES_MEMORY,
        REACHES_ZEROES
    }

    private static final Map<Attack, Map<Mode, Outcome>> TABLE = new EnumMap<>(Attack.class);

    private static void row(Attack attack, Outcome strict, Outcome lazy, Outcome untrusted) {
        TABLE.put(attack, new EnumMap<>(Map.of(Mode.STRICT, strict, Mode.LAZY, lazy, Mode.UNTRUSTED, untrusted)));
    }

    static {
        row(Attack.NEIGHBOUR_IN_THE_GRANULE, Outcome.REACHES_MEMORY, Outcome.REACHES_MEMORY, Outcome.REACHES_ZEROES);
        row(Attack.NEXT_GRANULE, Outcome.FAULT, Outcome.FAULT, Outcome.FAULT);
        row(Attack.GRANULE_BEFORE, Outcome.FAULT, Outcome.FAULT, Outcome.FAULT);
        row(Attack.AFTER_UNMAP_IN_THE_FLUSH_WINDOW, Outcome.FAULT, Outcome.REACHES_MEMORY, Outcome.FAULT);
        row(Attack.AFTER_THE_FLUSH_WINDOW, Outcome.FAULT, Outcome.FAULT, Outcome.FAULT);
        row(Attack.OTHER_DEVICES_ADDRESS, Outcome.FAULT, Outcome.FAULT, Outcome.FAULT);
        row(Attack.PHYSICAL_ADDRESS, Outcome.FAULT, Outcome.FAULT, Outcome.FAULT);
        row(Attack.WRITE_TO_WHAT_IT_MAY_READ, Outcome.FAULT, Outcome.FAULT, Outcome.FAULT);
        row(Attack.GAP_BEHIND_A_LISTS_ENTRY, Outcome.REACHES_MEMORY, Outcome.REACHES_MEMORY, Outcome.FAULT);
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void attackReachesInEachModeWhatThePageSays(Attack attack) {
        for (Mode mode : Mode.values()) {
            try (IommuBench bench = mode.open()) {
                assertThat(attempt(bench, attack))
                        .as("%s, %s", attack, mode)
                        .isEqualTo(Objects.requireNonNull(TABLE.get(attack)).get(mode));
            }
        }
    }

    private static Outcome attempt(IommuBench bench, Attack attack) {
        // Secrets lie around the buffer, and in front of and behind its pages.
        MemorySegment all = bench.filled(65536, 0x5e);
        MemorySegment buffer = all.asSlice(16384 + OFFSET, BYTES);
        long dma = bench.device().mapSingle(buffer, 0, BYTES, DmaDirection.BIDIRECTIONAL, 0);
        DmaEngine engine = bench.engine();
        assertThat(engine.checksum(dma, BYTES)).as("the mapping works").isNotNegative();
        return switch (attack) {
            case NEIGHBOUR_IN_THE_GRANULE -> reach(bench, all, dma + BYTES, 16384 + OFFSET + BYTES);
            case NEXT_GRANULE -> reach(bench, all, (dma | 0xfff) + 1, 20480);
            case GRANULE_BEFORE -> reach(bench, all, (dma & -4096L) - 1, 16383);
            case AFTER_UNMAP_IN_THE_FLUSH_WINDOW -> {
                bench.device().unmapSingle(dma, BYTES, DmaDirection.BIDIRECTIONAL, 0);
                yield reach(bench, all, dma, 16384 + OFFSET);
            }
            case AFTER_THE_FLUSH_WINDOW -> {
                bench.device().unmapSingle(dma, BYTES, DmaDirection.BIDIRECTIONAL, 0);
                bench.pass(10_000_000);
                // Somebody uses the domain: the timer is a rule, not a thread.
                bench.device().map(all.asSlice(32768, 16384), DmaDirection.TO_DEVICE);
                yield reach(bench, all, dma, 16384 + OFFSET);
            }
            case OTHER_DEVICES_ADDRESS -> reach(bench, all, bench.engine("dev1"), dma, 16384 + OFFSET);
            case PHYSICAL_ADDRESS -> reach(bench, all, bench.physical(buffer), 16384 + OFFSET);
            case WRITE_TO_WHAT_IT_MAY_READ -> {
                long readable = bench.device().mapSingle(all, 32768, 4096, DmaDirection.TO_DEVICE, 0);
                assertThat(engine.checksum(readable, 4096)).isNotNegative();
                yield write(bench, all, engine, readable, 32768);
            }
            case GAP_BEHIND_A_LISTS_ENTRY -> gap(bench, all);
        };
    }

    /** The second entry would cross the boundary; the first one's mapping goes on up to it, over memory that nobody mapped. */
    private static Outcome gap(IommuBench bench, MemorySegment all) {
        bench.device().setConstraints(new DmaConstraints(65536, 0x3fff, 0));
        ScatterList list = new ScatterList().add(all.asSlice(32768, 8192)).add(all.asSlice(0, 12288));
        assertThat(bench.device().mapScatter(list, DmaDirection.BIDIRECTIONAL, 0))
                .isEqualTo(2);
        return reach(bench, all, list.dmaAddress(0) + 8192, 32768 + 8192);
    }

    private static Outcome reach(IommuBench bench, MemorySegment all, long address, long secret) {
        return reach(bench, all, bench.engine(), address, secret);
    }

    /** Reads and writes one byte. */
    private static Outcome reach(IommuBench bench, MemorySegment all, DmaEngine engine, long address, long secret) {
        byte[] seen = new byte[1];
        boolean read = engine.read(address, MemorySegment.ofArray(seen)) == 1;
        Outcome written = write(bench, all, engine, address, secret);
        if (!read) {
            assertThat(written).isEqualTo(Outcome.FAULT);
            return written;
        }
        return seen[0] == SimPattern.at(0x5e, secret) ? written : Outcome.REACHES_ZEROES;
    }

    private static Outcome write(IommuBench bench, MemorySegment all, DmaEngine engine, long address, long secret) {
        byte before = SimPattern.at(0x5e, secret);
        boolean moved = engine.write(address, MemorySegment.ofArray(new byte[] {(byte) ~before})) == 1;
        boolean changed = SimPattern.mismatches(all, 0x5e) != 0;
        if (!moved) {
            assertThat(changed).as("a fault touches no memory").isFalse();
            assertThat(bench.machine().devices().faults().all())
                    .filteredOn(fault -> fault.access() == Access.WRITE)
                    .singleElement()
                    .satisfies(fault -> {
                        assertThat(fault.device()).isEqualTo(engine.device().id());
                        assertThat(fault.address()).isEqualTo(address);
                        assertThat(fault.reason()).isIn(Reason.IOMMU_NOT_MAPPED, Reason.IOMMU_NOT_WRITABLE);
                    });
            return Outcome.FAULT;
        }
        return changed ? Outcome.REACHES_MEMORY : Outcome.REACHES_ZEROES;
    }
}
