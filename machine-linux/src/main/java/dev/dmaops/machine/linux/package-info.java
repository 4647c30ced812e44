/** Huge pages, pagemap, VFIO and iommufd. */
@NullMarked
package dev.dmaops.machine.linux;

import org.jspecify.annotations.NullMarked;
