package dev.dmaops.machine.sim.xen;

/** Errors of hypercalls, as Xen numbers them (xen/include/public/errno.h). */
final class XenErrors {
    static final int EPERM = -1;
    static final int ESRCH = -3;
    static final int ENOMEM = -12;
    static final int EFAULT = -14;
    static final int EINVAL = -22;
    static final int EOPNOTSUPP = -95;

    private XenErrors() {}
}
