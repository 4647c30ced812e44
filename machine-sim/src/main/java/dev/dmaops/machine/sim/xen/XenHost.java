package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The hypervisor: all machine frames, and whose they are.
 *
 * <p>A frame is in a hole of the memory map, Xen's own, free, or one domain's. Of a domain's frame Xen also knows which guest frame it
 * is for its owner (on x86 the m2p table) and how many mappings it has, tables of the owner and grants together.
 *
 * <p>Any thread may call; calls take turns, as under Xen's locks.
 */
public final class XenHost {
    private static final long HOLE = PagedLongs.NONE;
    private static final long FREE = -2L;
    private static final long XEN = -3L;

    /** For its owner the frame is none of the guest frames. */
    private static final long NOWHERE = -2L;

    private final NodeHeaps heap;
    private final PagedLongs owners;
    private final PagedLongs homes;
    private final PagedLongs uses;
    private final Map<Integer, XenDomain> domains = new TreeMap<>();
    private final Set<Long> sharedByContents = new HashSet<>();
    private final List<MemoryRange> ram;
    private final long frames;
    private ExchangePolicy exchangePolicy = ExchangePolicy.DEFAULT;

    /**
     * A host without domains.
     *
     * @param ram memory by machine address, ascending
     * @param nodes whose memory it is
     */
    XenHost(List<MemoryRange> ram, NodeLayout nodes) {
        heap = new NodeHeaps(nodes);
        this.ram = List.copyOf(ram);
        long end = (ram.getLast().last() + 1) >>> BusFrames.SHIFT;
        owners = new PagedLongs(end);
        homes = new PagedLongs(end);
        uses = new PagedLongs(end);
        long count = 0;
        for (MemoryRange range : ram) {
            long first = range.start() >>> BusFrames.SHIFT;
            long length = range.bytes() >>> BusFrames.SHIFT;
            heap.add(first, length);
            for (long frame = first; frame < first + length; frame++) {
                owners.set(frame, FREE);
            }
            count += length;
        }
        frames = count;
    }

    /** Memory by machine address. */
    public List<MemoryRange> ram() {
        return ram;
    }

    /** One past the highest machine frame. */
    long end() {
        return owners.limit();
    }

    /** Frames that belong to nobody. */
    public synchronized long freeFrames() {
        return heap.freeFrames();
    }

    /**
     * Frames that belong to nobody and lie below a width.
     *
     * @param addressBits below 2^addressBits; 64 for all
     */
    public synchronized long freeFrames(int addressBits) {
        return heap.freeFrames(addressBits);
    }

    /**
     * A domain.
     *
     * @throws DmaConfigurationException BAD_MACHINE when there is none of that number
     */
    public synchronized XenDomain domain(int id) {
        XenDomain domain = domains.get(id);
        if (domain == null) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    "xen",
                    "there is no domain " + id + ": expected one of " + domains.keySet() + ".");
        }
        return domain;
    }

    /** All domains by number. */
    public synchronized List<XenDomain> domains() {
        return List.copyOf(domains.values());
    }

    synchronized @Nullable XenDomain find(int id) {
        return domains.get(id);
    }

    synchronized void add(XenDomain domain) {
        domains.put(domain.id(), domain);
    }

    /** Who may exchange whose frames, from now on. */
    public synchronized void exchangePolicy(ExchangePolicy policy) {
        exchangePolicy = policy;
    }

    synchronized ExchangePolicy exchangePolicy() {
        return exchangePolicy;
    }

    // Frames

    /** Takes frames for Xen itself. */
    synchronized void reserve(long first, long count) {
        for (long frame = first; frame < first + count; frame++) {
            if (heap.take(frame)) {
                owners.set(frame, XEN);
            }
        }
    }

    /** Takes a block of any node, without an owner yet. */
    synchronized long allocate(int order, int addressBits) {
        return allocate(order, addressBits, NodeWish.ANY);
    }

    /** Takes a block, without an owner yet. */
    synchronized long allocate(int order, int addressBits, NodeWish wish) {
        return heap.allocate(order, addressBits, wish);
    }

    /** Takes one certain frame, without an owner yet. */
    synchronized boolean take(long frame) {
        return heap.take(frame);
    }

    /** Says whose a taken frame is, and which of its guest frames. */
    synchronized void assign(long frame, XenDomain domain, long home) {
        owners.set(frame, domain.id());
        homes.set(frame, home);
        uses.set(frame, 0);
    }

    /** Says whose a taken frame is, when Xen could not read which of its guest frames it should be. */
    synchronized void assignNowhere(long frame, XenDomain domain) {
        assign(frame, domain, NOWHERE);
    }

    /** Lets a frame stand for equal ones of other domains too, until it is free again. Xen offers that to HVM domains only. */
    synchronized void shareByContents(long frame) {
        sharedByContents.add(frame);
    }

    synchronized boolean isSharedByContents(long frame) {
        return sharedByContents.contains(frame);
    }

    /** Gives a frame back that nobody maps. */
    synchronized void release(long frame) {
        sharedByContents.remove(frame);
        owners.set(frame, FREE);
        homes.set(frame, PagedLongs.NONE);
        heap.free(frame);
    }

    synchronized void use(long frame) {
        uses.set(frame, uses.at(frame) + 1);
    }

    synchronized void unuse(long frame) {
        uses.set(frame, uses.at(frame) - 1);
    }

    /** Whose a frame is; null when it is nobody's, Xen's, or no memory. */
    synchronized @Nullable XenDomain owner(long frame) {
        long owner = frame < 0 ? HOLE : owners.at(frame);
        return owner < 0 ? null : domains.get((int) owner);
    }

    /** The guest frame of a frame for its owner, or {@link BusFrames#NO_FRAME}. */
    long home(long frame) {
        return frame < 0 ? BusFrames.NO_FRAME : Math.max(BusFrames.NO_FRAME, homes.at(frame));
    }

    /** How many tables and grants lead to a frame. */
    synchronized long uses(long frame) {
        return uses.at(frame);
    }

    /** Whether a frame is memory and belongs to nobody. */
    synchronized boolean isFree(long frame) {
        return frame >= 0 && owners.at(frame) == FREE;
    }

    // Checks

    /**
     * Counts every frame anew.
     *
     * @return what is wrong: frames with two owners, with none, or lost; empty when nothing is
     */
    public synchronized List<String> audit() {
        List<String> wrong = new ArrayList<>();
        long free = 0;
        long owned = 0;
        long own = 0;
        for (MemoryRange range : ram) {
            long end = (range.last() + 1) >>> BusFrames.SHIFT;
            for (long frame = range.start() >>> BusFrames.SHIFT; frame < end; frame++) {
                long owner = owners.at(frame);
                boolean inHeap = heap.isFree(frame);
                if (inHeap != (owner == FREE)) {
                    wrong.add("frame 0x" + Long.toHexString(frame) + " has owner " + owner + " and free=" + inHeap);
                }
                free += inHeap ? 1 : 0;
                own += owner == XEN ? 1 : 0;
                owned += owner >= 0 ? 1 : 0;
                XenDomain domain = owner >= 0 ? domains.get((int) owner) : null;
                long home = homes.at(frame);
                if (domain != null
                        && home != NOWHERE
                        && domain.machineFrame(home) != frame
                        && !domain.holdsBack(frame)) {
                    wrong.add("frame 0x" + Long.toHexString(frame) + " of domain " + owner
                            + " is at none of its guest frames");
                }
            }
        }
        if (free != heap.freeFrames() || free != heap.countedFrames() || free + own + owned != frames) {
            wrong.add("frames=" + frames + " but free=" + free + " (heap " + heap.freeFrames() + ", "
                    + heap.countedFrames() + "), xen=" + own + ", owned=" + owned);
        }
        for (XenDomain domain : domains.values()) {
            domain.audit(wrong);
        }
        return wrong;
    }
}
