/** Recordings of Xen and of the same kernels without it, and of the devices of real boards: one header, one set of rows. */
@NullMarked
package dev.dmaops.conformance.xen;

import org.jspecify.annotations.NullMarked;
