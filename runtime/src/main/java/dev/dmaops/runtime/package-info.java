/** Configuration, assembly, binding of devices, checker, events, metrics. */
@NullMarked
package dev.dmaops.runtime;

import org.jspecify.annotations.NullMarked;
