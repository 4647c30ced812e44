/** The NVMe driver of the examples on the simulated controller. */
@NullMarked
package dev.dmaops.integration.nvme;

import org.jspecify.annotations.NullMarked;
