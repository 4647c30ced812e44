package dev.dmaops.machine.sim.xen;

/**
 * Which node's memory is asked for (XENMEMF_node and XENMEMF_exact_node_request, xen/include/public/memory.h, 4.17).
 *
 * @param node its number, or {@link #NO_NODE}
 * @param exact whether nothing is better than another node's
 */
record NodeWish(int node, boolean exact) {
    static final int NO_NODE = -1;

    /** Any node's. */
    static final NodeWish ANY = new NodeWish(NO_NODE, false);

    /** This node's first. */
    static NodeWish first(int node) {
        return new NodeWish(node, false);
    }

    /** This node's, or nothing. */
    static NodeWish only(int node) {
        return new NodeWish(node, true);
    }
}
