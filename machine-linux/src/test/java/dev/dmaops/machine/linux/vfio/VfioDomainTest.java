package dev.dmaops.machine.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.calls.Errno;
import dev.dmaops.machine.linux.memory.PinnedMemory;
import dev.dmaops.machine.linux.memory.TestMemory;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.MemoryRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The domain over an address space that answers as kernels were seen to. */
@EnabledOnOs(OS.LINUX)
class VfioDomainTest {
    private static final MemoryRange BELOW = new MemoryRange(0, 0xfee0_0000L);
    private static final MemoryRange ABOVE = new MemoryRange(0xfef0_0000L, (1L << 39) - 0xfef0_0000L);

    private final PinnedMemory memory = TestMemory.of(4 << 20);
    private final long start = memory.ranges().getFirst().start();
    private final Space space = new Space(List.of(BELOW, ABOVE));
    private final VfioDomain domain = new VfioDomain("1", space, memory);

    @AfterEach
    void giveBack() {
        memory.close();
    }

    @Test
    void rangesAreReadAndNotAssumed() {
        assertThat(domain.apertureFirst()).isZero();
        assertThat(domain.apertureLast()).isEqualTo((1L << 39) - 1);
        assertThat(domain.gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap.range()).hasToString("0xfee00000-0xfeefffff"));
    }

    @Test
    void anIommuOfAnotherKindHasOtherRanges() {
        VfioDomain amd = new VfioDomain(
                "1",
                new Space(List.of(
                        BELOW,
                        new MemoryRange(0xfef0_0000L, 0xfd_0000_0000L - 0xfef0_0000L),
                        new MemoryRange(1L << 40, -(1L << 40)))),
                memory);

        assertThat(amd.apertureLast()).isEqualTo((1L << 48) - 1);
        assertThat(amd.gaps())
                .extracting(gap -> gap.range().toString())
                .containsExactly("0xfee00000-0xfeefffff", "0xfd00000000-0xffffffffff");
    }

    @Test
    void whatIsMappedIsWhereThisProcessSeesIt() {
        assertThat(domain.map(0x10000, start + 8192, 4096, IommuDomain.READ)).isTrue();

        assertThat(space.calls).containsExactly("map " + memory.nativeAddress(start + 8192, 4096) + " 0x10000 4096 r");
        assertThat(domain.translate(0x10123)).isEqualTo(start + 8192 + 0x123);
    }

    @Test
    void directionsAreTheDevices() {
        domain.map(0x10000, start, 4096, IommuDomain.WRITE);
        domain.map(0x20000, start, 4096, IommuDomain.READ | IommuDomain.WRITE | IommuDomain.CACHE);

        assertThat(space.calls)
                .satisfiesExactly(
                        first -> assertThat(first).endsWith(" w"),
                        second -> assertThat(second).endsWith(" rw"));
    }

    @Test
    void memoryThatIsNotTheMachinesIsRefusedWithoutACall() {
        assertThat(domain.map(0x10000, 4096, 4096, IommuDomain.READ)).isFalse();
        assertThat(domain.map(0x10001, start, 4096, IommuDomain.READ)).isFalse();
        assertThat(domain.map(1L << 39, start, 4096, IommuDomain.READ)).isFalse();
        assertThat(space.calls).isEmpty();
        assertThat(domain.refusal()).isEqualTo(DmaErrorCode.IOMMU_MAP_FAILED);
    }

    @Test
    void eachLimitOfTheHostHasAnErrorOfItsOwn() {
        space.answer = -Errno.ENOSPC;
        assertThat(domain.map(0x10000, start, 4096, IommuDomain.READ)).isFalse();
        assertThat(domain.refusal()).isEqualTo(DmaErrorCode.IOMMU_TOO_MANY_MAPPINGS);

        space.answer = -Errno.ENOMEM;
        assertThat(domain.map(0x10000, start, 4096, IommuDomain.READ)).isFalse();
        assertThat(domain.refusal()).isEqualTo(DmaErrorCode.IOMMU_LOCKED_MEMORY);

        space.answer = -Errno.EEXIST;
        assertThat(domain.map(0x10000, start, 4096, IommuDomain.READ)).isFalse();
        assertThat(domain.refusal()).isEqualTo(DmaErrorCode.IOMMU_MAP_FAILED);
        assertThat(domain.translate(0x10000)).isEqualTo(IommuDomain.NOT_MAPPED);
    }

    @Test
    void unmappingForgets() {
        domain.map(0x10000, start, 8192, IommuDomain.READ);

        assertThat(domain.unmap(0x10000, 8192)).isEqualTo(8192);
        assertThat(domain.translate(0x11000)).isEqualTo(IommuDomain.NOT_MAPPED);
    }

    @Test
    void unmappingNothingIsNothingOnEitherInterface() {
        space.unmapAnswer = -Errno.ENOENT;

        assertThat(domain.unmap(0x10000, 4096)).isZero();
    }

    @Test
    void unmappingPartOfAMappingIsAnErrorWithCallAndCure() {
        space.unmapAnswer = -Errno.EINVAL;

        assertThatThrownBy(() -> domain.unmap(0x10000, 4096))
                .isInstanceOf(DmaHostException.class)
                .hasMessage(
                        "DMA-5001 group 1: unmap of iova=0x10000 bytes=4096 failed with EINVAL (22). Unmap whole mappings.");
    }

    @Test
    void unmappingPartOfAMappingIsAnErrorOfIommufdTooAndChangesNothing() {
        domain.map(0x10000, start, 8192, IommuDomain.READ);
        space.unmapAnswer = -Errno.ENOENT;

        assertThatThrownBy(() -> domain.unmap(0x10000, 4096))
                .isInstanceOf(DmaHostException.class)
                .hasMessage(
                        "DMA-5001 group 1: unmap of iova=0x10000 bytes=4096 failed with ENOENT (2). Unmap whole mappings.");
        assertThat(domain.translate(0x10000)).isEqualTo(start);
    }

    @Test
    void anIdentityDomainHasAllMemoryUnchanged() {
        domain.mapUnchanged();

        assertThat(domain.translate(start + 0x1234)).isEqualTo(start + 0x1234);
    }

    @Test
    void rangesComeFromTheChainBehindTheAnswer() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(120, 8);
            info.set(JAVA_INT, 4, 2);
            info.set(JAVA_INT, 16, 24);
            // A capability of another kind first.
            info.set(JAVA_SHORT, 24, (short) 3);
            info.set(JAVA_INT, 28, 40);
            info.set(JAVA_SHORT, 40, (short) 1);
            info.set(JAVA_INT, 48, 2);
            info.set(JAVA_LONG, 56, 0);
            info.set(JAVA_LONG, 64, 0xfedf_ffffL);
            info.set(JAVA_LONG, 72, 0xfef0_0000L);
            info.set(JAVA_LONG, 80, 0x7f_ffff_ffffL);

            assertThat(Container.ranges(info))
                    .extracting(MemoryRange::toString)
                    .containsExactly("0x0-0xfedfffff", "0xfef00000-0x7fffffffff");
        }
    }

    private static final class Space implements AddressSpace {
        private final List<MemoryRange> ranges;
        private final List<String> calls = new ArrayList<>();
        private int answer;
        private long unmapAnswer;

        Space(List<MemoryRange> ranges) {
            this.ranges = ranges;
        }

        @Override
        public long pageSizes() {
            return 0x4020_1000;
        }

        @Override
        public List<MemoryRange> ranges() {
            return ranges;
        }

        @Override
        public int map(long address, long iova, long bytes, boolean readable, boolean writable) {
            calls.add("map " + address + " 0x" + Long.toHexString(iova) + " " + bytes + " " + (readable ? "r" : "")
                    + (writable ? "w" : ""));
            return answer;
        }

        @Override
        public long unmap(long iova, long bytes) {
            return unmapAnswer == 0 ? bytes : unmapAnswer;
        }

        @Override
        public void close() {}
    }
}
