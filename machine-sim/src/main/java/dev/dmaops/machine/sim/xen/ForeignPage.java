package dev.dmaops.machine.sim.xen;

/**
 * Another domain's page in this one.
 *
 * @param status whether it is mapped; when not, the rest means nothing
 * @param physical where this kernel sees it
 * @param machineAddress where devices find it
 * @param handle Xen's number of the mapping
 */
public record ForeignPage(GrantStatus status, long physical, long machineAddress, int handle) {
    /** Whether it is mapped. */
    public boolean isMapped() {
        return status == GrantStatus.OKAY;
    }
}
