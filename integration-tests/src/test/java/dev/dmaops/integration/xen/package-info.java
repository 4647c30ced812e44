/** Xen: the scenes of dom0 with pages of others, machine memory that is exchanged, and recordings of the kernel's own functions. */
@NullMarked
package dev.dmaops.integration.xen;

import org.jspecify.annotations.NullMarked;
