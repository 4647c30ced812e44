package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.Hypervisor.Kind;

/** What XENMEM_exchange checks before it touches a frame (xen/common/memory.c memory_exchange, 4.17). */
final class ExchangeChecks {
    /** Nodes that Xen can number (MAX_NUMNODES on x86). */
    private static final int MAX_NODES = 64;

    private static final int GUEST_ORDER = 9;
    private static final int CONTROL_ORDER = 18;
    private static final int DEVICE_ORDER = 12;
    private static final int DEVICE_ORDER_ARM = 10;

    private ExchangeChecks() {}

    /** Orders, counts and domains, for which no list is looked at. 0 or an error. */
    static int shape(XenDomain caller, ExchangeRequest request, int blocksIn, int blocksOut) {
        int inOrder = request.inOrder();
        int outOrder = request.outOrder();
        if (Math.max(inOrder, outOrder) > largestOrder(caller)) {
            return XenErrors.EPERM;
        }
        return request.exchanged() < 0
                        || request.exchanged() > blocksIn
                        || request.inDomain() != request.outDomain()
                        || inOrder < 0
                        || outOrder < 0
                        || (long) blocksIn << inOrder != (long) blocksOut << outOrder
                ? XenErrors.EINVAL
                : 0;
    }

    /** Whether a node may be asked for. 0 or an error. */
    static int node(XenDomain caller, NodeWish wish) {
        if (wish.node() == NodeWish.NO_NODE) {
            return 0;
        }
        boolean refused = caller.initial() ? wish.node() >= MAX_NODES : wish.exact();
        return refused ? XenErrors.EINVAL : 0;
    }

    /** What becomes of a wish that may be uttered: only dom0's is followed. */
    static NodeWish granted(XenDomain caller, NodeWish wish) {
        return caller.initial() && wish.node() != NodeWish.NO_NODE ? wish : NodeWish.ANY;
    }

    /**
     * Largest order that a domain may exchange at once: the largest of those that it has a right to (memop-max-order's defaults).
     * Dom0 is the control domain too.
     */
    private static int largestOrder(XenDomain domain) {
        if (domain.initial()) {
            return CONTROL_ORDER;
        }
        if (domain.drivesDevices()) {
            return domain.kind() == Kind.XEN_ARM ? DEVICE_ORDER_ARM : DEVICE_ORDER;
        }
        return GUEST_ORDER;
    }
}
