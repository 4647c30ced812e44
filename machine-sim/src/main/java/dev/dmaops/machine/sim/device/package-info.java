/** Devices as their drivers see them: registers to write, rings in memory, work done by DMA. */
@NullMarked
package dev.dmaops.machine.sim.device;

import org.jspecify.annotations.NullMarked;
