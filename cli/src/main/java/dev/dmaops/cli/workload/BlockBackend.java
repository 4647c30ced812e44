package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.cli.workload.GuestPages.Shared;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.XenDomain;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a block backend in dom0 does for other domains (drivers/block/xen-blkback/blkback.c, 6.12): each request names up to eleven
 * pages and in each the sectors that count; the backend maps the pages, has the disk read or write them, and unmaps them.
 */
final class BlockBackend implements Operations {
    /** BLKIF_MAX_SEGMENTS_PER_REQUEST. */
    private static final int MOST_SEGMENTS = 11;

    private static final int SECTOR = DiskDriver.SECTOR;
    private static final int PAGE_SECTORS = GuestPages.PAGE / SECTOR;

    private final DmaDevice device;
    private final GuestPages guests;
    private final DeviceTally tally;
    private final DiskDriver disk;

    /**
     * A segment of a request.
     *
     * @param first first sector within the page
     * @param sectors how many
     * @param at how many sectors of the request come before
     */
    private record Segment(Shared shared, int first, int sectors, long at) {}

    private BlockBackend(DmaDevice device, DmaEngine engine, GuestPages guests, DeviceTally tally, long seed) {
        this.device = device;
        this.guests = guests;
        this.tally = tally;
        disk = new DiskDriver(device, engine, tally, seed);
    }

    static OperationsMaker maker(GuestPages guests) {
        return new OperationsMaker() {
            @Override
            public Operations of(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed) {
                return new BlockBackend(device, engine, guests, tally, seed);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void next(RandomGenerator random, long seed) {
        boolean write = random.nextBoolean();
        XenDomain guest = guests.guest(random);
        List<Segment> request = request(random, guest, write, seed);
        ScatterList list = new ScatterList();
        for (Segment segment : request) {
            list.addPhysical(
                    segment.shared.page().physical() + (long) segment.first * SECTOR, (long) segment.sectors * SECTOR);
        }
        long sectors = request.getLast().at + request.getLast().sectors;
        long start = random.nextLong(DiskDriver.SECTORS - sectors);
        DmaDirection direction = write ? DmaDirection.TO_DEVICE : DmaDirection.FROM_DEVICE;
        int mapped = device.mapScatter(list, direction, DmaAttributes.NONE);
        boolean moved = mapped != 0 && disk.move(list, mapped, write, start, sectors * SECTOR);
        if (mapped != 0) {
            device.unmapScatter(list, direction, DmaAttributes.NONE);
        }
        request.forEach(segment -> guests.end(segment.shared, tally));
        Refused refused = list.refusal();
        if (refused != null) {
            tally.refused(refused.code());
        } else if (!moved) {
            tally.mismatchedBytes += sectors * SECTOR;
        } else {
            request.forEach(segment -> tally.mismatchedBytes += wrong(segment, start, write, seed));
        }
    }

    /** Pages of one domain with a pattern each, granted and mapped: for reading only when the disk reads. */
    private List<Segment> request(RandomGenerator random, XenDomain guest, boolean write, long seed) {
        List<Segment> segments = new ArrayList<>();
        long pfn = random.nextLong(GuestPages.PAGES - MOST_SEGMENTS);
        long at = 0;
        for (int i = random.nextInt(1, MOST_SEGMENTS + 1); i > 0; i--) {
            SimPattern.fill(guests.seenBy(guest, pfn), seed + pfn);
            int first = random.nextInt(2) == 0 ? 0 : random.nextInt(PAGE_SECTORS);
            int sectors = random.nextInt(1, PAGE_SECTORS - first + 1);
            segments.add(new Segment(guests.share(guest, pfn, write, tally), first, sectors, at));
            at += sectors;
            pfn++;
        }
        return segments;
    }

    /** Bytes that the domain or the disk find otherwise than they should: what was not asked for must be as it was. */
    private long wrong(Segment segment, long start, boolean write, long seed) {
        long pfn = segment.shared.pfn();
        MemorySegment page = guests.seenBy(segment.shared.guest(), pfn);
        long from = (long) segment.first * SECTOR;
        MemorySegment asked = page.asSlice(from, (long) segment.sectors * SECTOR);
        long wrong = disk.differing(asked, start + segment.at);
        if (write) {
            return wrong + SimPattern.mismatches(page, seed + pfn);
        }
        long end = from + asked.byteSize();
        return wrong
                + SimPattern.mismatches(page.asSlice(0, from), seed + pfn)
                + SimPattern.mismatches(page.asSlice(end), seed + pfn, end);
    }

    @Override
    public void close() {
        disk.close();
    }
}
