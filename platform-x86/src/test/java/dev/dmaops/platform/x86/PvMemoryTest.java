package dev.dmaops.platform.x86;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.NoContiguousRegion;
import dev.dmaops.spi.NoContiguousRegion.Cause;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A PV dom0 of 16 MiB on a host of 32 MiB: its frames, and the exchange of some of them. */
class PvMemoryTest {
    private final XenMachine machine = XenMachine.open(new MachineRequest(
            List.of(new MemoryRange(0, 0x9_f000), new MemoryRange(0x10_0000, 15 << 20)),
            4096,
            0,
            false,
            1,
            64,
            List.of(),
            7,
            new Hypervisor(
                    Kind.XEN_PV, true, Optional.of(false), Optional.of(true), Optional.empty(), true, false, "test"),
            List.of(new MemoryRange(0, 32 << 20))));
    private final PvMemoryCalls calls = machine.hook(PvMemoryCalls.class).orElseThrow();
    private final PvFrames frames =
            new PvFrames(calls, machine.hook(FrameValidity.class).orElseThrow(), EventSink.NONE);
    private final PvContiguity contiguity = new PvContiguity(calls, frames, machine.memory(), KernelVersion.of(6, 12));

    @AfterEach
    void nothingIsLost() {
        assertThat(machine.host().audit()).isEmpty();
        for (long pfn = 0x100; pfn < 0x1000; pfn++) {
            assertThat(frames.toBus(pfn)).isEqualTo(machine.domain().machineFrame(pfn));
        }
        machine.close();
    }

    @Test
    void listHasMachineFramesAndHolesThatAreThemselves() {
        assertThat(frames.toBus(0x200)).isEqualTo(machine.domain().machineFrame(0x200));
        assertThat(frames.toBus(0xa0)).as("below 1 MiB, no RAM").isEqualTo(0xa0);
        assertThat(frames.entry(0xa0)).isEqualTo(0xa0 | PvMemoryCalls.IDENTITY);
        assertThat(frames.toBus(0x123456)).as("beyond the list").isEqualTo(0x123456);
    }

    @Test
    void wayBackIsBelievedWhenBothTablesAgree() {
        long mfn = frames.toBus(0x300);

        assertThat(frames.toGuest(mfn)).isEqualTo(0x300);
        assertThat(frames.toLocal(mfn)).isEqualTo(0x300);
        frames.set(0x300, 0x77);
        assertThat(frames.toGuest(mfn)).isNotEqualTo(0x300);
        assertThat(frames.toLocal(mfn)).isEqualTo(BusFrames.NO_FRAME);
        frames.set(0x300, mfn);
        assertThat(frames.toGuest(0x123456)).as("an identity entry").isEqualTo(0x123456);
        assertThat(frames.toLocal(0x123456)).isEqualTo(BusFrames.NO_FRAME);
    }

    @Test
    void foreignFrameLeadsToTheBusAndNotBack() {
        machine.foreign().follow(frames);
        XenDomain guest = machine.startDomain(1, 1 << 20, 64);
        ForeignPage page = machine.foreign().map(1, guest.grants().offer(0, 3, false), false);
        long pfn = page.physical() >> 12;
        long mfn = page.machineAddress() >> 12;

        assertThat(frames.toBus(pfn)).isEqualTo(mfn);
        assertThat(frames.entry(pfn)).isEqualTo(mfn | PvMemoryCalls.FOREIGN);
        assertThat(frames.toLocal(mfn)).isEqualTo(BusFrames.NO_FRAME);
        assertThat(frames.entries()).isEqualTo(1);

        machine.foreign().unmap(page);

        assertThat(frames.toBus(pfn)).as("a place without entry").isEqualTo(BusFrames.NO_FRAME);
        assertThat(frames.unmapped(pfn)).isFalse();
        assertThat(frames.unmapped(0x300)).as("own memory").isFalse();
    }

    @Test
    void exchangedBlockIsContiguousAlignedZeroedAndBelowTheWidth() {
        SimPattern.fill(machine.memory().segment(0x40_0000, 16 * 4096), 3);

        ContiguousRegion region = (ContiguousRegion) contiguity.create(0x40_0000, 4, 24);

        assertThat(region.machineAddress()).isEqualTo(frames.toBusAddress(0x40_0000));
        assertThat(region.machineAddress() & 0xffff).isZero();
        assertThat(region.machineAddress() + 0x1_0000).isLessThanOrEqualTo(1 << 24);
        assertThat(frames.straddles(0x40_0000, 0x1_0000)).isFalse();
        assertThat(frames.losesAlignment(0x40_0000, 0x1_0000, 4096)).isFalse();
        assertThat(machine.memory().segment(0x40_0000, 0x1_0000).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
                .containsOnly(0);
        assertThat(frames.toGuest((region.machineAddress() >> 12) + 5)).isEqualTo(0x405);
    }

    @Test
    void failureNamesOrderAndWidthAndPutsTheOldFramesBackUnderZeroes() {
        long before = frames.toBus(0x400);
        SimPattern.fill(machine.memory().segment(0x40_0000, 4096), 3);

        NoContiguousRegion none = (NoContiguousRegion) contiguity.create(0x40_0000, 6, 18);

        assertThat(none).isEqualTo(new NoContiguousRegion(6, 18, Cause.NO_BLOCK));
        assertThat(none.why()).isEqualTo("no block of order 6 below 2^18");
        assertThat(frames.toBus(0x400)).isEqualTo(before);
        assertThat(machine.memory().segment(0x40_0000, 4096).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
                .containsOnly(0);
    }

    @Test
    void destroyGivesTheBlockBackForSingleFrames() {
        ContiguousRegion region = (ContiguousRegion) contiguity.create(0x40_0000, 4, 64);
        long free = machine.host().freeFrames();

        contiguity.destroy(0x40_0000, 4);

        assertThat(machine.host().freeFrames()).isEqualTo(free);
        assertThat(calls.guestFrame(region.machineAddress() >> 12))
                .as("given back")
                .isNotEqualTo(0x400);
    }

    @Test
    void fixedListRefusesMoreThan512Frames() {
        PvContiguity fixed = new PvContiguity(
                calls, frames, machine.memory(), KernelVersion.parse("6.12.0").orElseThrow());
        long before = frames.toBus(0x400);

        assertThat(fixed.create(0x40_0000, 10, 64)).isEqualTo(new NoContiguousRegion(10, 64, Cause.TOO_LARGE));
        fixed.destroy(0x40_0000, 10);
        assertThat(frames.toBus(0x400)).as("too large to give back either").isEqualTo(before);
    }

    @Test
    void growingListTakesWhatXenHas() {
        contiguity.destroy(0x40_0000, 10);

        assertThat(contiguity.create(0x40_0000, 10, 64)).isInstanceOf(ContiguousRegion.class);
    }
}
