/** VFIO: devices in user space, behind an IOMMU that this process programs. Both interfaces, containers and iommufd. */
@NullMarked
package dev.dmaops.machine.linux.vfio;

import org.jspecify.annotations.NullMarked;
