package dev.dmaops.spi;

import dev.dmaops.api.PoolKind;

/**
 * A bounce pool as selection decided it.
 *
 * @param name {@code default}, or the reserved-memory node
 * @param kind which pool; {@link PoolKind#NONE} makes none
 * @param slots slots of 2048 bytes to ask for; halved until they fit
 * @param areas areas to divide them into
 * @param forced whether every streaming mapping goes through it
 * @param limit highest physical address that the pool may have, inclusive
 * @param regionPhysical where a restricted pool lies
 * @param regionBytes how long a restricted pool is; 0 for the others
 */
public record PoolPlan(
        String name,
        PoolKind kind,
        int slots,
        int areas,
        boolean forced,
        long limit,
        long regionPhysical,
        long regionBytes) {
    /** No pool. */
    public static final PoolPlan NONE = new PoolPlan("default", PoolKind.NONE, 0, 0, false, 0, 0, 0);
}
