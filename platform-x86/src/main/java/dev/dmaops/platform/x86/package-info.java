/** Selection rules and hooks of x86. */
@NullMarked
package dev.dmaops.platform.x86;

import org.jspecify.annotations.NullMarked;
