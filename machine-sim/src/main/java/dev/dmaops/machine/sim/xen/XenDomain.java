package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.Hypervisor.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One domain: which machine frame its CPU finds behind each of its own, and what it shares.
 *
 * <p>Frames of a domain that is mapped 1:1 stay its own when they are ballooned out: Xen keeps them, so that the same ones can come
 * back (guest_remove_page, xen/common/memory.c, 4.17). Any thread may call.
 */
public final class XenDomain {
    private final XenHost host;
    private final int id;
    private final Kind kind;
    private final boolean initial;
    private final boolean directMapped;
    private final boolean drivesDevices;
    private final long storeFrame;
    private final PagedLongs machine;
    private final PagedLongs stored;
    private final PagedLongs guestOfStored;
    private final GrantTable grants;
    private final Map<Long, Shared> shared = new HashMap<>();
    private int widestFrames = Long.SIZE;

    /** How often a frame of another domain is mapped, and how often for writing. */
    private record Shared(int mappings, int writable) {}

    /**
     * A domain without memory.
     *
     * @param drivesDevices whether devices were given to it
     * @param storeFrame where its frame 0 lies among the bytes of all domains
     * @param limit one past its highest frame
     * @param storeLimit one past the highest frame of the bytes of all domains
     */
    XenDomain(
            XenHost host,
            int id,
            Kind kind,
            boolean initial,
            boolean directMapped,
            boolean drivesDevices,
            long storeFrame,
            long limit,
            long storeLimit) {
        this.host = host;
        this.id = id;
        this.kind = kind;
        this.initial = initial;
        this.directMapped = directMapped;
        this.drivesDevices = drivesDevices;
        this.storeFrame = storeFrame;
        machine = new PagedLongs(limit);
        stored = new PagedLongs(limit);
        guestOfStored = new PagedLongs(storeLimit);
        grants = new GrantTable(host, this);
    }

    /** Its number: 0 for the domain that runs the kernel under test. */
    public int id() {
        return id;
    }

    /** What kind of domain it is. */
    public Kind kind() {
        return kind;
    }

    /** Whether it is dom0. */
    public boolean initial() {
        return initial;
    }

    /** Whether its own frames are its machine frames. */
    public boolean directMapped() {
        return directMapped;
    }

    /** Whether devices were given to it, as they are to dom0. */
    public boolean drivesDevices() {
        return drivesDevices;
    }

    /** What it shares with others. */
    public GrantTable grants() {
        return grants;
    }

    XenHost host() {
        return host;
    }

    /** The machine frame behind a frame of the domain, or {@link BusFrames#NO_FRAME}. */
    public long machineFrame(long pfn) {
        return pfn < 0 ? BusFrames.NO_FRAME : machine.at(pfn);
    }

    /** Where the bytes of a frame lie, as a frame of the memory of all domains, or {@link PagedLongs#NONE}. */
    long storedFrame(long pfn) {
        return pfn < 0 ? PagedLongs.NONE : stored.at(pfn);
    }

    /** The frame of this domain at which bytes are seen, or {@link PagedLongs#NONE}. */
    long guestOfStored(long frame) {
        return guestOfStored.at(frame);
    }

    /** Where the bytes of one of its own frames lie. */
    long storeOf(long home) {
        return storeFrame + home;
    }

    /**
     * Gives it no frames from now on but below a width, as Xen does with a 32-bit PV domain, whose tables number no others
     * (physaddr_bitsize, xen/arch/x86, 4.17).
     *
     * @param addressBits below the machine address 2^addressBits
     */
    void limitFrames(int addressBits) {
        synchronized (host) {
            widestFrames = addressBits;
        }
    }

    /** The width of addresses that it gets when it asks for a width. The caller holds the host. */
    int clamp(int addressBits) {
        return Math.min(addressBits, widestFrames);
    }

    boolean holdsBack(long frame) {
        return directMapped;
    }

    // What its tables say. The caller holds the host.

    /** Puts a frame behind a frame. */
    void attach(long pfn, long mfn) {
        XenDomain owner = host.owner(mfn);
        if (owner == null) {
            throw new IllegalStateException("frame 0x" + Long.toHexString(mfn) + " has no owner");
        }
        machine.set(pfn, mfn);
        long bytes = owner.storeOf(host.home(mfn));
        stored.set(pfn, bytes);
        guestOfStored.set(bytes, pfn);
        host.use(mfn);
    }

    /** Takes away what is behind a frame, and says what it was. */
    long detach(long pfn) {
        long mfn = machine.at(pfn);
        if (mfn != PagedLongs.NONE) {
            machine.set(pfn, PagedLongs.NONE);
            guestOfStored.set(stored.at(pfn), PagedLongs.NONE);
            stored.set(pfn, PagedLongs.NONE);
            host.unuse(mfn);
        }
        return mfn;
    }

    /** Counts a mapping of another domain's frame. */
    void shares(long mfn, boolean writable, int change) {
        shared.compute(mfn, (frame, before) -> {
            int mappings = (before == null ? 0 : before.mappings()) + change;
            int writing = (before == null ? 0 : before.writable()) + (writable ? change : 0);
            return mappings == 0 ? null : new Shared(mappings, writing);
        });
    }

    /** Whether another domain's frame is mapped here, and may be written when that is asked. */
    boolean mayReach(long mfn, boolean write) {
        Shared found = shared.get(mfn);
        return found != null && (!write || found.writable() > 0);
    }

    // Ballooning

    /**
     * Gives a frame back to Xen. Its bytes are gone for the domain.
     *
     * @return whether there was one
     */
    public boolean balloonOut(long pfn) {
        synchronized (host) {
            long mfn = machineFrame(pfn);
            if (mfn == BusFrames.NO_FRAME || host.owner(mfn) != this || host.uses(mfn) != 1) {
                return false;
            }
            detach(pfn);
            if (!directMapped) {
                host.release(mfn);
            }
            return true;
        }
    }

    /**
     * Asks Xen for a frame: of a domain that is mapped 1:1 the one that it gave, else any.
     *
     * @return whether Xen had one
     */
    public boolean balloonIn(long pfn) {
        synchronized (host) {
            if (machineFrame(pfn) != BusFrames.NO_FRAME) {
                return false;
            }
            if (directMapped) {
                if (host.owner(pfn) != this) {
                    return false;
                }
                attach(pfn, pfn);
                return true;
            }
            long mfn = host.allocate(0, clamp(Long.SIZE));
            if (mfn == FrameHeap.NO_BLOCK) {
                return false;
            }
            host.assign(mfn, this, pfn);
            attach(pfn, mfn);
            return true;
        }
    }

    void audit(List<String> wrong) {
        for (long pfn = 0; pfn < machine.limit(); pfn++) {
            long mfn = machine.at(pfn);
            if (mfn == PagedLongs.NONE) {
                continue;
            }
            XenDomain owner = host.owner(mfn);
            boolean own = owner == this && host.home(mfn) == pfn;
            if (!own && (owner == null || !grants.hasMapping(pfn, mfn))) {
                wrong.add("domain " + id + " sees frame 0x" + Long.toHexString(mfn) + " at 0x" + Long.toHexString(pfn)
                        + ", which is not its own and not granted");
            }
        }
        for (Map.Entry<Long, Shared> entry : shared.entrySet()) {
            if (host.owner(entry.getKey()) == null) {
                wrong.add("domain " + id + " maps the frame 0x" + Long.toHexString(entry.getKey()) + " of nobody");
            }
        }
    }

    @Override
    public String toString() {
        return "domain " + id + " (" + kind.text() + ")";
    }
}
