/** A real bounce pool on imaginary memory. */
@NullMarked
package dev.dmaops.trace.pool;

import org.jspecify.annotations.NullMarked;
