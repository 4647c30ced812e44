/** Arm under Xen: translate foreign pages first, bounce only when that is not enough. */
@NullMarked
package dev.dmaops.backend.swiotlbxen;

import org.jspecify.annotations.NullMarked;
