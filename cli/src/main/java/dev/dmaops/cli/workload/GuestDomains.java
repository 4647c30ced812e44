package dev.dmaops.cli.workload;

import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import java.util.ArrayList;
import java.util.List;

/** Domains beside dom0: one low in the host's memory, one in the middle and one high, as far as the host has memory there. */
final class GuestDomains {
    private static final int[] WIDTHS = {30, 32, 64};

    private GuestDomains() {}

    /**
     * Starts them.
     *
     * @param pages memory of each, in pages of 4096 bytes
     */
    static List<XenDomain> start(XenMachine machine, int pages) {
        List<XenDomain> guests = new ArrayList<>();
        int id = machine.host().domains().getLast().id() + 1;
        for (int width : WIDTHS) {
            if (machine.host().freeFrames(width) > 2L * pages) {
                guests.add(machine.startDomain(id++, pages * 4096L, width));
            }
        }
        return guests;
    }
}
