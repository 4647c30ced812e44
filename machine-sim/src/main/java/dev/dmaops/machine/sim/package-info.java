/** RAM, zones, IOMMU tables and devices that move bytes, in one process. */
@NullMarked
package dev.dmaops.machine.sim;

import org.jspecify.annotations.NullMarked;
