package dev.dmaops.machine.sim.xen;

/** How a grant operation went (xen/include/public/grant_table.h, 4.17). */
public enum GrantStatus {
    /** Done. */
    OKAY(0),
    /** Refused for a reason without a number of its own. */
    GENERAL_ERROR(-1),
    /** There is no such domain. */
    BAD_DOMAIN(-2),
    /** There is no such grant. */
    BAD_GRANT_REFERENCE(-3),
    /** There is no such mapping. */
    BAD_HANDLE(-4),
    /** The grant's frame is not memory. */
    BAD_PAGE(-9),
    /** A copy leaves its page. */
    BAD_COPY(-10);

    private final int number;

    GrantStatus(int number) {
        this.number = number;
    }

    /** Xen's number, 0 or negative. */
    public int number() {
        return number;
    }
}
