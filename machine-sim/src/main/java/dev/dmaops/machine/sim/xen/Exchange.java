package dev.dmaops.machine.sim.xen;

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
 * ones allocated; if either fails, what was taken is given back and the chunks before it stay exchanged.
 */
final class Exchange {
    private static final int NO_LIMIT = 64;

    private final XenHost host;
    private final XenDomain domain;
    private final Set<Long> stolen = new LinkedHashSet<>();
    private final List<Long> fresh = new ArrayList<>();

    private Exchange(XenHost host, XenDomain domain) {
        this.host = host;
        this.domain = domain;
    }

    /**
     * Exchanges, for the caller or, when dom0 calls, for another domain. The lists can always be read and written, so there is no
     * EFAULT; there is one node, and no page is shared by contents.
     *
     * @param in first machine frames of the blocks given up
     * @param out guest frames of the new blocks; overwritten with their first machine frames
     */
    static ExchangeOutcome run(XenHost host, XenDomain caller, ExchangeRequest request, long[] in, long[] out) {
        synchronized (host) {
            int inOrder = request.inOrder();
            int outOrder = request.outOrder();
            int done = request.exchanged();
            if (Math.max(inOrder, outOrder) > XenHost.largestOrder(caller)) {
                return new ExchangeOutcome(XenErrors.EPERM, done);
            }
            if (done < 0
                    || done > in.length
                    || request.inDomain() != request.outDomain()
                    || inOrder < 0
                    || outOrder < 0
                    || (long) in.length << inOrder != (long) out.length << outOrder) {
                return new ExchangeOutcome(XenErrors.EINVAL, done);
            }
            if (done == in.length) {
                return new ExchangeOutcome(0, done);
            }
            XenDomain domain = request.inDomain() == ExchangeRequest.SELF ? caller : host.find(request.inDomain());
            if (domain == null) {
                return new ExchangeOutcome(XenErrors.ESRCH, done);
            }
            return domain == caller || caller.initial()
                    ? exchange(host, domain, request, in, out)
                    : new ExchangeOutcome(XenErrors.EPERM, done);
        }
    }

    private static ExchangeOutcome exchange(
            XenHost host, XenDomain domain, ExchangeRequest request, long[] in, long[] out) {
        int inOrder = request.inOrder();
        int outOrder = request.outOrder();
        int chunkIn = inOrder <= outOrder ? 1 << (outOrder - inOrder) : 1;
        int chunkOut = inOrder <= outOrder ? 1 : 1 << (inOrder - outOrder);
        int bits = request.addressBits() == 0 ? NO_LIMIT : request.addressBits();
        int done = request.exchanged();
        for (int chunk = done / chunkIn; done < in.length; chunk++) {
            Exchange exchange = new Exchange(host, domain);
            int error = exchange.steal(in, chunk * chunkIn, chunkIn, inOrder);
            if (error == 0) {
                error = exchange.allocate(chunkOut, outOrder, bits);
            }
            if (error != 0) {
                exchange.giveBack(outOrder);
                return new ExchangeOutcome(error, done);
            }
            exchange.commit(out, chunk * chunkOut, outOrder);
            done = (chunk + 1) * chunkIn;
        }
        return new ExchangeOutcome(0, done);
    }

    /** Only a frame of the domain that nothing maps any more can be taken, and only from a PV domain. */
    private int steal(long[] in, int from, int count, int order) {
        for (int i = from; i < from + count; i++) {
            for (long frame = in[i]; frame < in[i] + (1L << order); frame++) {
                XenDomain owner = host.owner(frame);
                if (owner == null) {
                    return XenErrors.EINVAL;
                }
                if (domain.kind() != Kind.XEN_PV) {
                    return XenErrors.EOPNOTSUPP;
                }
                if (owner != domain || host.uses(frame) != 0 || !stolen.add(frame)) {
                    return XenErrors.EINVAL;
                }
            }
        }
        return 0;
    }

    private int allocate(int count, int order, int addressBits) {
        for (int i = 0; i < count; i++) {
            long block = host.allocate(order, addressBits);
            if (block == FrameHeap.NO_BLOCK) {
                return XenErrors.ENOMEM;
            }
            fresh.add(block);
        }
        return 0;
    }

    /** Stolen frames were never taken out of the domain's account, so only the new ones go back. */
    private void giveBack(int order) {
        for (long block : fresh) {
            for (long frame = block; frame < block + (1L << order); frame++) {
                host.release(frame);
            }
        }
    }

    private void commit(long[] out, int from, int order) {
        for (long frame : stolen) {
            host.release(frame);
        }
        for (int i = 0; i < fresh.size(); i++) {
            long block = fresh.get(i);
            long home = out[from + i];
            for (long k = 0; k < 1L << order; k++) {
                host.assign(block + k, domain, home + k);
            }
            out[from + i] = block;
        }
    }
}
