package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.Refused;
import dev.dmaops.cli.workload.GuestPages.Shared;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.GrantStatus;
import dev.dmaops.machine.sim.xen.GrantTable.Side;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a network backend in dom0 does for other domains (drivers/net/xen-netback/netback.c and rx.c, 6.12). Of a packet that a domain
 * sends, Xen copies the first 128 bytes into dom0, where headers are looked at; the pages with the rest are mapped for the card. A
 * packet that arrives goes into a page of dom0, and Xen copies it into the page that the domain granted for it.
 */
final class NetworkBackend implements Operations {
    /** XEN_NETBACK_TX_COPY_LEN. */
    private static final int HEADER = 128;

    private static final int PAGE = GuestPages.PAGE;
    private static final int SHORTEST = 60;
    private static final int LONGEST = 9014;
    private static final int LONGEST_ARRIVING = 1514;

    private final DmaDevice device;
    private final GuestPages guests;
    private final DeviceTally tally;
    private final PacketDriver card;
    private final long header;
    private final long arriving;

    private NetworkBackend(DmaDevice device, DmaEngine engine, GuestPages guests, DeviceTally tally) {
        this.device = device;
        this.guests = guests;
        this.tally = tally;
        header = ownPage();
        arriving = ownPage();
        card = new PacketDriver(device, engine);
    }

    private long ownPage() {
        long page = guests.machine().pages().allocate(0, Zone.NORMAL);
        if (page == PageAllocator.NO_PAGES) {
            throw guests.problem(
                    "keeps two pages of dom0 for the packets of each device: expected a free one for "
                            + device.id()
                            + ", found none. Give dom0 more RAM (machine.ram or machine.memory), or drive fewer devices (--devices).");
        }
        return page;
    }

    static OperationsMaker maker(GuestPages guests) {
        return new OperationsMaker() {
            @Override
            public Operations of(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed) {
                return new NetworkBackend(device, engine, guests, tally);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void next(RandomGenerator random, long seed) {
        XenDomain guest = guests.guest(random);
        if (random.nextBoolean()) {
            send(random, guest, seed);
        } else {
            receive(random, guest, seed);
        }
    }

    // From the domain to the wire

    private void send(RandomGenerator random, XenDomain guest, long seed) {
        int bytes = random.nextInt(SHORTEST, LONGEST + 1);
        int offset = random.nextInt(PAGE);
        long first = random.nextLong(GuestPages.PAGES - 4);
        for (int at = 0; at < bytes; ) {
            int inPage = (offset + at) % PAGE;
            int length = Math.min(PAGE - inPage, bytes - at);
            SimPattern.fill(page(guest, first, offset + at).asSlice(inPage, length), seed, at);
            at += length;
        }
        int copied = copyHeader(guest, first, offset, bytes);
        List<DmaMapping> mappings = new ArrayList<>();
        List<Shared> pages = new ArrayList<>();
        boolean whole = map(mappings, header, copied);
        for (int at = copied; whole && at < bytes; ) {
            int inPage = (offset + at) % PAGE;
            int length = Math.min(PAGE - inPage, bytes - at);
            pages.add(guests.share(guest, first + (offset + at) / PAGE, true, tally));
            whole = map(mappings, pages.getLast().page().physical() + inPage, length);
            at += length;
        }
        if (whole) {
            for (int i = 0; i < mappings.size(); i++) {
                DmaMapping mapping = mappings.get(i);
                card.piece(mapping.dmaAddress().value(), mapping.bytes(), i == mappings.size() - 1);
            }
            Optional<byte[]> sent = card.send();
            tally.mismatchedBytes += sent.filter(packet -> packet.length == bytes)
                    .map(packet -> SimPattern.mismatches(MemorySegment.ofArray(packet), seed))
                    .orElse((long) bytes);
        }
        mappings.forEach(DmaMapping::close);
        pages.forEach(shared -> guests.end(shared, tally));
    }

    private MemorySegment page(XenDomain guest, long first, int offset) {
        return guests.seenBy(guest, first + offset / PAGE);
    }

    /** As much of the first page as a header can be; how much that was. */
    private int copyHeader(XenDomain guest, long pfn, int offset, int bytes) {
        int length = Math.min(Math.min(HEADER, bytes), PAGE - offset);
        int reference = guest.grants().offer(0, pfn, true);
        copy(new Side(guest.id(), reference, offset), own(header), length);
        guests.takeBack(guest, reference, length, tally);
        return length;
    }

    private boolean map(List<DmaMapping> mappings, long physical, int bytes) {
        return switch (device.tryMap(
                new PhysicalAddress(physical), bytes, DmaDirection.TO_DEVICE, DmaAttributes.NONE)) {
            case Refused refused -> {
                tally.refused(refused.code());
                yield false;
            }
            case Mapped(DmaMapping mapping) -> {
                count(physical, mapping);
                yield mappings.add(mapping);
            }
        };
    }

    private void count(long physical, DmaMapping mapping) {
        tally.mapped(physical, mapping.dmaAddress().value(), mapping.bytes(), mapping.bounceReason());
    }

    // From the wire to the domain

    private void receive(RandomGenerator random, XenDomain guest, long seed) {
        byte[] packet = new byte[random.nextInt(SHORTEST, LONGEST_ARRIVING + 1)];
        SimPattern.fill(MemorySegment.ofArray(packet), seed);
        switch (device.tryMap(new PhysicalAddress(arriving), PAGE, DmaDirection.FROM_DEVICE, DmaAttributes.NONE)) {
            case Refused refused -> tally.refused(refused.code());
            case Mapped(DmaMapping mapping) -> {
                count(arriving, mapping);
                card.post(mapping.dmaAddress().value(), PAGE);
                long stored = card.arrive(packet);
                mapping.close();
                tally.mismatchedBytes += stored == packet.length ? 0 : packet.length;
                deliver(guest, random.nextLong(GuestPages.PAGES), packet.length, seed);
            }
        }
    }

    private void deliver(XenDomain guest, long pfn, int bytes, long seed) {
        MemorySegment page = guests.seenBy(guest, pfn);
        SimPattern.fill(page, seed + 1);
        int reference = guest.grants().offer(0, pfn, false);
        copy(own(arriving), new Side(guest.id(), reference, 0), bytes);
        guests.takeBack(guest, reference, bytes, tally);
        tally.mismatchedBytes += SimPattern.mismatches(page.asSlice(0, bytes), seed)
                + SimPattern.mismatches(page.asSlice(bytes), seed + 1, bytes);
    }

    private Side own(long physical) {
        return new Side(guests.machine().domain().id(), physical >>> BusFrames.SHIFT, 0);
    }

    private void copy(Side from, Side to, int bytes) {
        GrantStatus status = guests.machine().grantCopy(from, to, bytes);
        tally.grantCopies++;
        tally.grantCopiedBytes += bytes;
        tally.mismatchedBytes += status == GrantStatus.OKAY ? 0 : bytes;
    }

    @Override
    public void close() {
        card.close();
        guests.machine().pages().free(header, 0);
        guests.machine().pages().free(arriving, 0);
    }
}
