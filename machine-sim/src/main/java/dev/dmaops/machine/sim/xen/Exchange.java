package dev.dmaops.machine.sim.xen;

import dev.dmaops.machine.sim.xen.ExchangeRequest.Argument;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.Hypervisor.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * XENMEM_exchange (xen/common/memory.c memory_exchange, 4.17).
 *
 * <p>Works in chunks of one block of the larger order. Of each chunk the frames given up are taken from the domain first, then the new
 * ones allocated; if either fails, what was taken is given back and the chunks before it stay exchanged. Once both are there the chunk
 * is exchanged to its end, but it does not count when one of its entries cannot be copied.
 */
final class Exchange {
    private static final int NO_LIMIT = 64;

    private final XenHost host;
    private final XenDomain domain;
    private final ExchangeRequest request;
    private final GuestList in;
    private final GuestList out;
    private final int addressBits;
    private final NodeWish node;

    private Exchange(XenDomain caller, XenDomain domain, ExchangeRequest request, GuestList in, GuestList out) {
        this.host = domain.host();
        this.domain = domain;
        this.request = request;
        this.in = in;
        this.out = out;
        addressBits = domain.clamp(request.addressBits() == 0 ? NO_LIMIT : request.addressBits());
        node = ExchangeChecks.granted(caller, request.node());
    }

    /**
     * Exchanges, for the caller or, when dom0 calls, for another domain.
     *
     * @param in first machine frames of the blocks given up
     * @param out guest frames of the new blocks; overwritten with their first machine frames
     * @return the error, and the count of blocks that the guest finds in its structure
     */
    static ExchangeOutcome run(XenHost host, XenDomain caller, ExchangeRequest request, GuestList in, GuestList out) {
        synchronized (host) {
            int before = request.exchanged();
            if (request.argument() == Argument.UNMAPPED) {
                return new ExchangeOutcome(XenErrors.EFAULT, before);
            }
            int error = ExchangeChecks.shape(caller, request, in.length(), out.length());
            if (error == 0 && before == in.length()) {
                return new ExchangeOutcome(0, before);
            }
            ExchangeOutcome outcome =
                    error == 0 ? checked(host, caller, request, in, out) : new ExchangeOutcome(error, before);
            return request.argument() == Argument.READ_WRITE ? outcome : new ExchangeOutcome(XenErrors.EFAULT, before);
        }
    }

    private static ExchangeOutcome checked(
            XenHost host, XenDomain caller, ExchangeRequest request, GuestList in, GuestList out) {
        int before = request.exchanged();
        if (!in.isTheGuests() || !out.isTheGuests()) {
            return new ExchangeOutcome(XenErrors.EFAULT, before);
        }
        int error = ExchangeChecks.node(caller, request.node());
        if (error != 0) {
            return new ExchangeOutcome(error, before);
        }
        XenDomain domain = request.inDomain() == ExchangeRequest.SELF ? caller : host.find(request.inDomain());
        if (domain == null) {
            return new ExchangeOutcome(XenErrors.ESRCH, before);
        }
        return host.exchangePolicy().allows(caller, domain)
                ? new Exchange(caller, domain, request, in, out).chunks()
                : new ExchangeOutcome(XenErrors.EPERM, before);
    }

    private ExchangeOutcome chunks() {
        int wider = request.outOrder() - request.inOrder();
        int chunkIn = 1 << Math.max(0, wider);
        int chunkOut = 1 << Math.max(0, -wider);
        int chunks = in.length() / chunkIn;
        for (int chunk = request.exchanged() / chunkIn; chunk < chunks; chunk++) {
            int error = chunk(chunk * chunkIn, chunkIn, chunk * chunkOut, chunkOut);
            if (error != 0) {
                return new ExchangeOutcome(error, (long) chunk * chunkIn);
            }
        }
        return new ExchangeOutcome(0, in.length());
    }

    private int chunk(int firstIn, int countIn, int firstOut, int countOut) {
        Set<Long> stolen = new LinkedHashSet<>();
        List<Long> fresh = new ArrayList<>();
        int error = 0;
        for (int i = firstIn; i < firstIn + countIn && error == 0; i++) {
            error = in.canRead(i) ? steal(in.at(i), stolen) : XenErrors.EFAULT;
        }
        for (int i = 0; i < countOut && error == 0; i++) {
            long block = host.allocate(request.outOrder(), addressBits, node);
            if (block == FrameHeap.NO_BLOCK) {
                error = XenErrors.ENOMEM;
            } else {
                fresh.add(block);
            }
        }
        if (error == 0) {
            return commit(stolen, fresh, firstOut);
        }
        // Stolen frames were never taken out of the domain's account, so only the new ones go back.
        fresh.forEach(this::release);
        return error;
    }

    /** Only a frame of the domain that nothing maps any more can be taken, and only from a PV domain. */
    private int steal(long block, Set<Long> stolen) {
        for (long frame = block; frame < block + (1L << request.inOrder()); frame++) {
            XenDomain owner = host.owner(frame);
            if (owner == null) {
                return XenErrors.EINVAL;
            }
            if (host.isSharedByContents(frame)) {
                return XenErrors.ENOMEM;
            }
            if (domain.kind() != Kind.XEN_PV) {
                return XenErrors.EOPNOTSUPP;
            }
            if (owner != domain || host.uses(frame) != 0 || !stolen.add(frame)) {
                return XenErrors.EINVAL;
            }
        }
        return 0;
    }

    private void release(long block) {
        for (long frame = block; frame < block + (1L << request.outOrder()); frame++) {
            host.release(frame);
        }
    }

    /** The new blocks are the domain's whatever happens; one whose place cannot be read is at none of its guest frames. */
    private int commit(Set<Long> stolen, List<Long> fresh, int firstOut) {
        stolen.forEach(host::release);
        int error = 0;
        for (int i = 0; i < fresh.size(); i++) {
            long block = fresh.get(i);
            boolean known = out.canRead(firstOut + i);
            for (long k = 0; k < 1L << request.outOrder(); k++) {
                if (known) {
                    host.assign(block + k, domain, out.at(firstOut + i) + k);
                } else {
                    host.assignNowhere(block + k, domain);
                }
            }
            if (!known || !out.put(firstOut + i, block)) {
                error = XenErrors.EFAULT;
            }
        }
        return error;
    }
}
