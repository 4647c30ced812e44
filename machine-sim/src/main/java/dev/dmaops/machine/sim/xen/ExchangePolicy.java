package dev.dmaops.machine.sim.xen;

/** Who may exchange whose frames: the hypervisor's security module (xsm_memory_exchange, xen/include/xsm, 4.17). */
@FunctionalInterface
public interface ExchangePolicy {
    /** Everybody their own, and dom0 everybody's, as without a policy loaded. */
    ExchangePolicy DEFAULT = (caller, target) -> caller == target || caller.initial();

    /**
     * Whether an exchange goes on; if not, the caller gets EPERM. Asked with the host held: it must not wait for another thread.
     *
     * @param caller who asks
     * @param target whose frames are to be exchanged
     */
    boolean allows(XenDomain caller, XenDomain target);
}
