/** IO virtual addresses, invalidation, sub-granule bounce. */
@NullMarked
package dev.dmaops.backend.iommu;

import org.jspecify.annotations.NullMarked;
