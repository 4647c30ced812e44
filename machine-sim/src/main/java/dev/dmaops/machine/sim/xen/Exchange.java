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

    static ExchangeOutcome run(
            XenHost host, XenDomain domain, long[] in, int inOrder, long[] out, int outOrder, int addressBits) {
        synchronized (host) {
            if (Math.max(inOrder, outOrder) > XenHost.largestOrder(domain)) {
                return new ExchangeOutcome(XenErrors.EPERM, 0);
            }
            if (inOrder < 0 || outOrder < 0 || (long) in.length << inOrder != (long) out.length << outOrder) {
                return new ExchangeOutcome(XenErrors.EINVAL, 0);
            }
            int chunkIn = inOrder <= outOrder ? 1 << (outOrder - inOrder) : 1;
            int chunkOut = inOrder <= outOrder ? 1 : 1 << (inOrder - outOrder);
            int done = 0;
            for (int chunk = 0; done < in.length; chunk++) {
                Exchange exchange = new Exchange(host, domain);
                int error = exchange.steal(in, done, chunkIn, inOrder);
                if (error == 0) {
                    error = exchange.allocate(chunkOut, outOrder, addressBits == 0 ? NO_LIMIT : addressBits);
                }
                if (error != 0) {
                    exchange.giveBack(outOrder);
                    return new ExchangeOutcome(error, done);
                }
                exchange.commit(out, chunk * chunkOut, outOrder);
                done += chunkIn;
            }
            return new ExchangeOutcome(0, done);
        }
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
