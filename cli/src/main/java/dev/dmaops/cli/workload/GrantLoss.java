package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.api.Refused;
import dev.dmaops.cli.workload.GuestPages.Shared;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimFault;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.XenDomain;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Pages of other domains that go while a device has them. Either their domain wants them back, which Xen refuses as long as dom0 maps
 * them; or dom0 unmaps them too early, as a faulty backend does. Then the device, or the copy back from its bounce slot, must be
 * stopped, and neither the page, which its domain uses for something else, nor another that dom0 maps meanwhile may change.
 */
final class GrantLoss implements Operations {
    private static final int PAGE = GuestPages.PAGE;
    private static final String REVOKE = "Xen refuses to revoke a grant that is mapped";
    private static final String ACCESS = "the device is stopped at a page that is no longer granted";
    private static final String COPY = "the copy from a bounce slot back to a page that is gone is refused ("
            + DmaErrorCode.BUFFER_GONE.text() + " BUFFER_GONE)";
    private static final String SLOTS = "no bounce slot is lost";

    private final DmaDevice device;
    private final DmaEngine engine;
    private final GuestPages guests;
    private final DeviceTally tally;
    private final Supplier<List<PoolStatistics>> pools;

    private GrantLoss(
            DmaDevice device,
            DmaEngine engine,
            GuestPages guests,
            DeviceTally tally,
            Supplier<List<PoolStatistics>> pools) {
        this.device = device;
        this.engine = engine;
        this.guests = guests;
        this.tally = tally;
        this.pools = pools;
    }

    static OperationsMaker maker(GuestPages guests, Supplier<List<PoolStatistics>> pools) {
        return new OperationsMaker() {
            @Override
            public Operations of(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed) {
                return new GrantLoss(device, engine, guests, tally, pools);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void next(RandomGenerator random, long seed) {
        XenDomain guest = guests.guest(random);
        long pfn = random.nextLong(GuestPages.PAGES / 2);
        SimPattern.fill(guests.seenBy(guest, pfn), seed);
        Shared shared = guests.share(guest, pfn, false, tally);
        PhysicalAddress start = new PhysicalAddress(shared.page().physical());
        switch (device.tryMap(start, PAGE, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE)) {
            case Refused refused -> {
                tally.refused(refused.code());
                guests.end(shared, tally);
            }
            case Mapped(DmaMapping mapping) -> {
                tally.mapped(start.value(), mapping.dmaAddress().value(), PAGE, mapping.bounceReason());
                if (random.nextBoolean()) {
                    revoked(shared, mapping, seed);
                } else {
                    unmapped(shared, mapping, guests.guest(random), seed);
                }
            }
        }
    }

    private void revoked(Shared shared, DmaMapping mapping, long seed) {
        tally.detected(REVOKE, !shared.guest().grants().revoke(shared.reference()));
        long dma = mapping.dmaAddress().value();
        tally.mismatchedBytes += engine.mismatches(dma, PAGE, seed);
        engine.writePattern(dma, PAGE, seed + 1);
        mapping.close();
        guests.end(shared, tally);
        tally.mismatchedBytes += SimPattern.mismatches(guests.seenBy(shared.guest(), shared.pfn()), seed + 1);
    }

    private void unmapped(Shared shared, DmaMapping mapping, XenDomain another, long seed) {
        guests.end(shared, tally);
        MemorySegment page = guests.seenBy(shared.guest(), shared.pfn());
        SimPattern.fill(page, seed + 2);
        long otherPfn = shared.pfn() + GuestPages.PAGES / 2;
        MemorySegment otherPage = guests.seenBy(another, otherPfn);
        SimPattern.fill(otherPage, seed + 3);
        Shared other = guests.share(another, otherPfn, false, tally);

        boolean bounced = mapping.bounceReason() != null;
        long written = engine.writePattern(mapping.dmaAddress().value(), PAGE, seed + 4);
        if (bounced) {
            tally.mismatchedBytes += PAGE - written;
        } else {
            tally.expectedFaults += written < PAGE ? 1 : 0;
            tally.detected(ACCESS, written == 0 && wasNotGranted());
        }
        boolean gone = closeSaysGone(mapping);
        if (bounced) {
            tally.detected(COPY, gone);
        }
        guests.end(other, tally);
        tally.mismatchedBytes += SimPattern.mismatches(page, seed + 2) + SimPattern.mismatches(otherPage, seed + 3);
    }

    /** Whether the last access of the device failed for the right reason. Behind Xen's IOMMU the page has no translation any more. */
    private boolean wasNotGranted() {
        SimFault.Reason reason = engine.faults().getLast().reason();
        return reason == SimFault.Reason.FRAME_NOT_GRANTED || reason == SimFault.Reason.IOMMU_NOT_MAPPED;
    }

    private static boolean closeSaysGone(DmaMapping mapping) {
        try {
            mapping.close();
            return false;
        } catch (DmaUsageException refused) {
            if (refused.code() != DmaErrorCode.BUFFER_GONE) {
                throw refused;
            }
            return true;
        }
    }

    @Override
    public void close() {
        tally.detected(SLOTS, pools.get().stream().allMatch(pool -> pool.usedSlots() == 0));
    }
}
