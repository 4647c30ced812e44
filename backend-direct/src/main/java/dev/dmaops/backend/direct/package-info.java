/** Physical address plus bus offset, coherent allocation by zone. */
@NullMarked
package dev.dmaops.backend.direct;

import org.jspecify.annotations.NullMarked;
