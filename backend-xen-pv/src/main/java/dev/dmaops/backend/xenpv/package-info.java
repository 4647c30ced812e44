/** x86 PV under Xen: machine frames, exchange, a machine-contiguous pool. */
@NullMarked
package dev.dmaops.backend.xenpv;

import org.jspecify.annotations.NullMarked;
