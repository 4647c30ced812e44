/** The slot pool and direct-or-bounce mapping. */
@NullMarked
package dev.dmaops.backend.swiotlb;

import org.jspecify.annotations.NullMarked;
