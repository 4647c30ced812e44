package dev.dmaops.integration.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.IovaStretch;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.iommu.SimDomain;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.spi.IommuUnit;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stretch over pages of another domain, some of which dom0 unmaps before the device is done, as a faulty backend does. Its device may
 * attack, so that the ends of each piece are copies.
 */
@SuppressWarnings("NullAway.Init") // set by JUnit
final class StretchOfForeignPagesTest {
    private static final String ATTACKER = """
            iommu { behind = [ "disk" ], hardware = smmu }
            devices { "disk" { bus = pci, coherent = yes, untrusted = yes } }
            policy { iommu-translates-foreign = yes }
            """;
    private static final int PAGE = 4096;
    /** Offset of the first piece in its page, in bytes. */
    private static final int HEAD = 1000;

    @TempDir
    private Path folder;

    private Dom0 dom0;
    private DmaDevice device;
    private XenDomain guest;
    private ForeignPage low;
    private ForeignPage high;
    private MemorySegment lowBytes;
    private MemorySegment highBytes;

    @BeforeEach
    void mapTwoNeighbours() {
        dom0 = Dom0.open(folder, Dom0.ARM, ATTACKER);
        device = dom0.device("disk");
        device.setConstraints(DmaConstraints.DEFAULT.withMinAlignMask(PAGE - 1));
        guest = dom0.guest(1, 64);
        ForeignPage one = dom0.map(guest, 0);
        ForeignPage two = dom0.map(guest, 1);
        boolean ascending = one.physical() < two.physical();
        low = ascending ? one : two;
        high = ascending ? two : one;
        assertThat(high.physical()).isEqualTo(low.physical() + PAGE);
        lowBytes = dom0.owned(guest, ascending ? 0 : 1);
        highBytes = dom0.owned(guest, ascending ? 1 : 0);
        SimPattern.fill(lowBytes, 1);
        SimPattern.fill(highBytes, 1);
    }

    @AfterEach
    void close() {
        dom0.close();
    }

    @Test
    void headOfAPieceThatIsGoneDoesNotKeepItsTail() {
        IovaStretch stretch = device.reserveStretch(low.physical() + HEAD, PAGE).orElseThrow();
        long first = stretch.link(0, low.physical() + HEAD, PAGE, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        stretch.publish();
        assertThat(dom0.engine("disk").writePattern(first, PAGE, 5)).isEqualTo(PAGE);
        dom0.machine.foreign().unmap(low);

        assertGone(() -> stretch.unlink(0, PAGE));

        assertThat(stretch.pieces()).isZero();
        assertThat(SimPattern.mismatches(lowBytes, 1)).as("nobody's business").isZero();
        assertThat(SimPattern.mismatches(highBytes.asSlice(0, HEAD), 5, PAGE - HEAD))
                .isZero();
        assertThat(usedSlots()).isZero();
        assertThat(mappedBytes()).isZero();
        stretch.close();
        assertThat(reservedAgain()).isEqualTo(first);
    }

    @Test
    void pieceThatIsGoneDoesNotKeepTheStretch() {
        IovaStretch stretch = device.reserveStretch(low.physical() + HEAD, PAGE).orElseThrow();
        long first =
                stretch.link(0, low.physical() + HEAD, PAGE - HEAD, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        stretch.link(PAGE - HEAD, high.physical(), HEAD, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        stretch.publish();
        assertThat(dom0.engine("disk").writePattern(first, PAGE, 5)).isEqualTo(PAGE);
        dom0.machine.foreign().unmap(high);

        assertGone(stretch::close);

        assertThat(SimPattern.mismatches(highBytes, 1)).as("nobody's business").isZero();
        assertThat(SimPattern.mismatches(lowBytes.asSlice(HEAD), 5)).isZero();
        assertThat(usedSlots()).isZero();
        assertThat(mappedBytes()).isZero();
        stretch.close();
        assertThat(reservedAgain()).isEqualTo(first);
    }

    private static void assertGone(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(DmaUsageException.class)
                .hasMessageStartingWith(DmaErrorCode.BUFFER_GONE.text() + " disk: cannot copy ");
    }

    private long reservedAgain() {
        try (IovaStretch again =
                device.reserveStretch(low.physical() + HEAD, PAGE).orElseThrow()) {
            return again.dmaAddress().value();
        }
    }

    private int usedSlots() {
        return dom0.platform.pools().stream()
                .mapToInt(PoolStatistics::usedSlots)
                .sum();
    }

    private long mappedBytes() {
        SimDomain domain =
                (SimDomain) dom0.machine.hook(IommuUnit.class).orElseThrow().domain("disk");
        return domain.mappedBytes();
    }
}
