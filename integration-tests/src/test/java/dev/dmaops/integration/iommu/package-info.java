/** The IOMMU backend with a bounce pool, with attackers, and with Xen. */
@org.jspecify.annotations.NullMarked
package dev.dmaops.integration.iommu;
