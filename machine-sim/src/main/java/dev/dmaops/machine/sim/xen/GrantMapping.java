package dev.dmaops.machine.sim.xen;

/**
 * What came of mapping a grant.
 *
 * @param status whether it is mapped
 * @param handle the mapping's number, for unmapping; -1 when it is not mapped
 * @param busAddress machine address of the page; 0 when it is not mapped
 */
public record GrantMapping(GrantStatus status, int handle, long busAddress) {
    /** The number of no mapping (INVALID_GRANT_HANDLE). */
    public static final int NO_HANDLE = -1;

    static GrantMapping failed(GrantStatus status) {
        return new GrantMapping(status, NO_HANDLE, 0);
    }
}
