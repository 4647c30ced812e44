/** A simulated NVMe controller, as the NVM Express base specification 1.4 describes one: registers, queues and PRP lists. */
@NullMarked
package dev.dmaops.machine.sim.nvme;

import org.jspecify.annotations.NullMarked;
