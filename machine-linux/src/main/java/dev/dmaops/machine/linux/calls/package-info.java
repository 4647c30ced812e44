/** System calls of Linux through {@code java.lang.foreign}: nothing is compiled, nothing is loaded but the C library. */
@NullMarked
package dev.dmaops.machine.linux.calls;

import org.jspecify.annotations.NullMarked;
